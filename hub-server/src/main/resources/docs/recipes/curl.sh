# Needs curl 7.76 or later and base64.
set -e
hub={hub}
token="Authorization: Bearer $HF_TOKEN"
json="Content-Type: application/json"
name=$(curl -sf -H "$token" "$hub/api/whoami-v2" | sed 's/.*"name":"\([^"]*\)".*/\1/')
repo=$name/from-curl
curl -s -H "$token" -H "$json" -d '{"name": "from-curl"}' "$hub/api/repos/create"
echo
text=$(printf -- '---\nlicense: cc-by-4.0\n---\n# From curl\n' | base64 | tr -d '\n')
printf '%s\n' \
  '{"key": "header", "value": {"summary": "Say what it is"}}' \
  '{"key": "file", "value": {"path": "README.md", "encoding": "base64", "content": "'$text'"}}' |
  curl -sf --data-binary @- -H "$token" -H "Content-Type: application/x-ndjson" \
    "$hub/api/models/$repo/commit/main"
echo
curl -sfL "$hub/$repo/resolve/main/README.md"
