#!/usr/bin/env bash
# usage: test/support/bare.sh COMMAND...
# Runs a command as on a fresh machine: no variables, an empty home, and on the path links to Node, npm, git, a shell,
# ps, coreutils, findutils, grep, sed, tar and gzip alone. Of npm's settings those stay by which it reaches its registry.
# Ends with the seconds it took, and with the command's exit code; with 1 above MAX_CPU_SECONDS, where that is set.
set -uo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 3; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/home"

programs=(
  npm npx git sh bash ps
  '[' arch b2sum base32 base64 basename basenc cat chgrp chmod chown cksum comm cp csplit cut date dd df dir dircolors
  dirname du echo env expand expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum
  mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pr printenv printf ptx pwd readlink realpath
  rm rmdir sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac
  tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes
  find xargs grep egrep fgrep sed tar gzip gunzip zcat
)
ln -s "$(node -p process.execPath)" "$folder/bin/node"
for program in "${programs[@]}"; do
  path=$(type -P "$program") && ln -s "$(realpath "$path")" "$folder/bin/$program"
done

settings=(
  "npm_config_userconfig=$(npm config get userconfig)"
  "npm_config_globalconfig=$(npm config get globalconfig)"
)
for name in $(compgen -e); do
  case ${name,,} in
    npm_config_registry | npm_config_*auth* | npm_config_*proxy | npm_config_ca* | npm_config_strict_ssl | \
      http_proxy | https_proxy | no_proxy | node_extra_ca_certs | node_use_system_ca | ssl_cert_*)
      settings+=("$name=${!name}")
      ;;
  esac
done

TIMEFORMAT='%0R %0U %0S'
{ time env -i HOME="$folder/home" PATH="$folder/bin" "${settings[@]}" "$@" >&3 2>&4; } 3>&1 4>&2 2>"$folder/seconds"
code=$?
read -r wall user system < <(tail -1 "$folder/seconds")
cpu=$((user + system))
printf '\nbare: exit code %s, %s s, %s s of CPU\n' "$code" "$wall" "$cpu"
if [ "$code" -eq 0 ] && [ "$cpu" -gt "${MAX_CPU_SECONDS:-$cpu}" ]; then
  printf 'bare: more than %s s of CPU\n' "$MAX_CPU_SECONDS" >&2
  code=1
fi
exit "$code"
