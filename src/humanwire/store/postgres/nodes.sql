-- name: tell
SELECT pg_notify($1, $2);
