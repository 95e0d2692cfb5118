"""Price lists and exports as tables: XLSX, XLS, CSV."""
