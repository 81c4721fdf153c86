#!/bin/sh
# Hands the database's password from its file to the program, and refuses one that could be guessed.
set -eu
if [ -n "${ANLIAN_DATABASE_PASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat "$ANLIAN_DATABASE_PASSWORD_FILE")
  if [ "${#PGPASSWORD}" -lt 16 ]; then
    echo "ANLIAN_DATABASE_PASSWORD_FILE: the password needs 16 characters at least: openssl rand -hex 32" >&2
    exit 78
  fi
  export PGPASSWORD
fi
exec "$@"
