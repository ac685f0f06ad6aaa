"""The X-ray: what the database holds, row by row, for whoever looks at the demo."""
