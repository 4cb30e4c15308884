package main

import (
	"database/sql"
	"database/sql/driver"
	"io"
)

func init() { sql.Register("memory", memoryDriver{}) }

// The least that database/sql needs of a driver.
type memoryDriver struct{}

func (memoryDriver) Open(string) (driver.Conn, error) { return &memoryConn{}, nil }

type memoryConn struct{ page [4096]byte }

func (*memoryConn) Prepare(string) (driver.Stmt, error) { return memoryStmt{}, nil }
func (*memoryConn) Close() error                        { return nil }
func (*memoryConn) Begin() (driver.Tx, error)           { return memoryTx{}, nil }

type memoryTx struct{}

func (memoryTx) Commit() error   { return nil }
func (memoryTx) Rollback() error { return nil }

type memoryStmt struct{}

func (memoryStmt) Close() error                               { return nil }
func (memoryStmt) NumInput() int                              { return 0 }
func (memoryStmt) Exec([]driver.Value) (driver.Result, error) { return driver.RowsAffected(1), nil }
func (memoryStmt) Query([]driver.Value) (driver.Rows, error)  { return &memoryRows{left: 10}, nil }

type memoryRows struct{ left int }

func (*memoryRows) Columns() []string { return []string{"id"} }
func (*memoryRows) Close() error      { return nil }
func (r *memoryRows) Next(row []driver.Value) error {
	if r.left--; r.left < 0 {
		return io.EOF
	}
	row[0] = int64(r.left)
	return nil
}
