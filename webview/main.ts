/** The viewer's page: wires the views to the worker. */
export {};
