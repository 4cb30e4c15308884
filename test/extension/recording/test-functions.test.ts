import { expect, test } from "vitest";
import { testFunctions } from "../../../src/extension/recording/test-functions.js";

const source = `package shop

import "testing"

func TestMain(m *testing.M) {}
func TestPrice(t *testing.T) {
	text := \`
func TestInText(t *testing.T) {
\`
	quote := '"' // func TestInComment(t *testing.T) {
}

/* Not these:
func BenchmarkInComment(b *testing.B) {
*/
func BenchmarkPrice(b *testing.B) { /* short */ }
func FuzzPrice(f *testing.F) {}
func Testify(t *testing.T) {}
func TestÜmlaut(t *testing.T) {}
func Test(t *testing.T) {}
func (s *suite) TestMethod(t *testing.T) {}
func TestHelper(t *testing.T, name string) {}
`;

test("tests, benchmarks and fuzz tests, as go test understands their names", () => {
  const lines = source.split("\n");
  const found = testFunctions(source);
  expect(found.map(({ name }) => name)).toEqual(["TestPrice", "BenchmarkPrice", "FuzzPrice", "TestÜmlaut", "Test"]);
  for (const { name, line } of found) expect(lines[line]).toContain(`func ${name}(`);
});
