"""Outside parties: clearinghouse (SFTP, real-time HTTPS) and mail."""
