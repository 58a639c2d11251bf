"""The store on PostgreSQL: any number of nodes, writes gathered into set statements."""
