"""When and in what order: what the files in `dags/` are made of, and the tasks they hold."""
