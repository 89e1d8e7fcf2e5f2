#!/bin/sh
# Keeps the rows of a batch, which come on standard input, as FOLDER/batch-N.json. A batch that comes again
# (its first run may have died) gets the same name, and so is kept once.
set -eu
mkdir -p "$1"
sort > "$1/.batch-$SLUICE_BATCH_ID"
mv "$1/.batch-$SLUICE_BATCH_ID" "$1/batch-$SLUICE_BATCH_ID.json"
