"""What each app adds to the records of the matrix: builders by model, targets by address."""
