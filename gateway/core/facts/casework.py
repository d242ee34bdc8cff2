"""Facts about children missing education: cases, what is watched for, who opened a notice."""
