#!/usr/bin/env bash
# The stacks of Terraform: the same bytes twice, from another folder, without a network, and by the CLI of cdktf; and the
# processor time beside that of `cdk synth`. $1: folder with cdktf-cli.
set -euo pipefail
root=$PWD
work=$(mktemp -d)
app=(node --import "$root/node_modules/tsx/dist/esm/index.mjs" "$root/stacks/terraform/app.ts")

# cpu NAME COMMAND...: runs a command and prints its processor time.
cpu() {
  local name=$1
  shift
  ("$@" && times >"$work/$name.times") # the second line is that of the command: user and system, 0m5.6s 0m0.8s
  awk 'NR == 2 { split($1 "m" $2, part, /[ms]+/); printf "%.1f", part[1] * 60 + part[2] + part[3] * 60 + part[4] }' \
    "$work/$name.times" >"$work/$name.seconds"
  printf '%s: %s s of processor time\n' "$name" "$(cat "$work/$name.seconds")"
}

digest() { (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1); }
offline=()
if unshare --net true 2>/dev/null; then offline=(unshare --net); fi

echo "network: ${offline[*]:-not taken away here}"
CDKTF_OUTDIR=$work/first cpu terraform npm run -s synth:terraform
(cd / && CDKTF_OUTDIR=$work/second "${offline[@]}" env -u GOOGLE_APPLICATION_CREDENTIALS HOME="$work" "${app[@]}")
PATH=$1/node_modules/.bin:$PATH cdktf synth --output "$work/third" >"$work/cdktf.log" 2>&1 || { cat "$work/cdktf.log"; exit 1; }
for copy in first second third; do
  (cd "$work/$copy" && rm -f manifest.json) # the CLI adds its own version there
  printf '%s  %s\n' "$(digest "$work/$copy")" "$copy"
done
[ "$(digest "$work/first")" = "$(digest "$work/second")" ]
[ "$(digest "$work/first")" = "$(digest "$work/third")" ]

AWS_EC2_METADATA_DISABLED=true cpu cdk npx cdk synth -q -o "$work/cdk.out"
awk -v terraform="$(cat "$work/terraform.seconds")" -v cdk="$(cat "$work/cdk.seconds")" \
  'BEGIN { printf "terraform / cdk: %.2f\n", terraform / cdk; exit terraform > cdk }'
