#!/usr/bin/env bash
# Drives a hub with curl alone: the requests that the documentation shows.
#
#     matrix_curl.sh push|pull|more ENDPOINT TOKEN REPOSITORY FOLDER
#
# Each step prints `ok FLOW` or `no FLOW: why`; the caller compares the folders.
set -uo pipefail
command=$1 endpoint=$2 token=$3 repo=$4 folder=$5
bearer="Authorization: Bearer $token"
api() { curl --silent --show-error --fail-with-body --header "$bearer" "$@"; }
status() { curl --silent --output /dev/null --write-out '%{http_code}' "$@"; }
encoded() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g; s/%2f/\//g'; }

flow() {
  local why
  if why=$("$2" 2>&1); then echo "ok $1"; else echo "no $1: ${why//$'\n'/ }"; fi
}

wants() { [ "$1" = "$2" ] || { echo "$3: $1 instead of $2"; return 1; }; }

identity() {
  api "$endpoint/api/whoami-v2" | grep -q '"type":"user"' &&
    wants "$(status -H 'Authorization: Bearer syn_wrong' "$endpoint/api/whoami-v2")" 401 'wrong token'
}

create() {
  api --json "{\"organization\":\"${repo%/*}\",\"name\":\"${repo#*/}\"}" "$endpoint/api/repos/create" >/dev/null &&
    wants "$(status -H "$bearer" --json "{\"organization\":\"${repo%/*}\",\"name\":\"${repo#*/}\"}" \
      "$endpoint/api/repos/create")" 409 'second time'
}

# Content of every file goes up by its hash, then one commit names all of them.
push() {
  local lines path size oid batch href
  lines='{"key":"header","value":{"summary":"Add the model"}}'
  while IFS= read -r path; do
    size=$(stat -c %s "$folder/$path")
    if [ "$size" -gt 100000 ]; then
      oid=$(sha256sum "$folder/$path" | cut -d' ' -f1)
      batch=$(api --json "{\"operation\":\"upload\",\"transfers\":[\"basic\"],\"objects\":[{\"oid\":\"$oid\",\"size\":$size}]}" \
        "$endpoint/$repo.git/info/lfs/objects/batch") || { echo "$batch"; return 1; }
      href=$(grep -o '"href":"[^"]*/put?[^"]*"' <<<"$batch" | cut -d'"' -f4)
      [ -z "$href" ] || curl --silent --show-error --fail-with-body --upload-file "$folder/$path" "$href" || return 1
      lines+=$'\n'"{\"key\":\"lfsFile\",\"value\":{\"path\":\"$path\",\"algo\":\"sha256\",\"oid\":\"$oid\",\"size\":$size}}"
    else
      lines+=$'\n'"{\"key\":\"file\",\"value\":{\"path\":\"$path\",\"encoding\":\"base64\",\"content\":\"$(base64 -w0 "$folder/$path")\"}}"
    fi
  done < <(cd "$folder" && find . -type f -printf '%P\n')
  api --header 'Content-Type: application/x-ndjson' --data-binary @- \
    "$endpoint/api/models/$repo/commit/main" <<<"$lines" | grep -q '"success":true'
}

pull() {
  local path
  while IFS= read -r path; do
    mkdir -p "$(dirname "$folder/$path")"
    api --output "$folder/$path" "$endpoint/$repo/resolve/main/$(encoded "$path")" || return 1
  done < <(api "$endpoint/api/models/$repo/tree/main?recursive=true" |
    grep -o '{"type":"file"[^}]*"path":"[^"]*"' | grep -o '"path":"[^"]*"' | cut -d'"' -f4)
}

info() {
  api "$endpoint/api/models/$repo" | grep -q '"license:cc-by-4.0"' &&
    api --head "$endpoint/$repo/resolve/main/model.pt" | grep -qi '^x-repo-commit: [0-9a-f]\{40\}'
}

search() { api "$endpoint/api/models?author=${repo%/*}" | grep -q "\"id\":\"$repo\""; }

tree() { api --json '{"paths":["README.md","nothing"]}' "$endpoint/api/models/$repo/paths-info/main" | grep -q README.md; }

range() {
  local sum
  sum=$(api --range 1000-1999 "$endpoint/$repo/resolve/main/model.pt" | sha256sum)
  wants "$sum" "$(tail -c +1001 "$folder/model.pt" | head -c 1000 | sha256sum)" bytes
}

history() { api "$endpoint/api/models/$repo/commits/main" | grep -q '"title":"Add the model"'; }

branches() {
  api --json '{}' "$endpoint/api/models/$repo/branch/exp%2Fa%20b" >/dev/null &&
    api "$endpoint/api/models/$repo/refs" | grep -q 'refs/heads/exp/a b' &&
    api --request DELETE "$endpoint/api/models/$repo/branch/exp%2Fa%20b"
}

refusals() {
  wants "$(status "$endpoint/$repo/resolve/main/nothing")" 404 'missing file' &&
    wants "$(status "$endpoint/api/models/$repo/tree/nothing")" 404 'missing revision' &&
    wants "$(status --json '{"name":"x","organization":"y"}' "$endpoint/api/repos/create")" 401 'no token' &&
    wants "$(status --range 99999999- "$endpoint/$repo/resolve/main/adata.h5ad")" 416 'range past the end'
}

delete() {
  api --request DELETE --json "{\"organization\":\"${repo%/*}\",\"name\":\"${repo#*/}\"}" "$endpoint/api/repos/delete" &&
    wants "$(status -H "$bearer" "$endpoint/api/models/$repo")" 404 'deleted repository'
}

case $command in
  push) steps='identity create push' ;;
  pull) steps='pull' ;;
  more) steps='info search tree range history branches refusals delete' ;;
esac
for step in $steps; do flow "$step" "$step"; done
