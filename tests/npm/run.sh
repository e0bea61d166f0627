#!/bin/sh
# Installs the pinned packages once into the build folder, then runs one check: run.sh FOLDER CHECK PROGRAM.
# 77 = skipped, because the packages cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 check=$2 program=$3
mkdir -p "$folder"
cp "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$here"/*.mjs "$folder"/
if ! cmp -s "$here/package-lock.json" "$folder/installed-lock.json"; then
  (cd "$folder" && npm ci --no-progress >npm.log 2>&1) || { cat "$folder/npm.log"; exit 77; }
  cp "$here/package-lock.json" "$folder/installed-lock.json"
fi
exec node "$folder/$check.mjs" "$program"
