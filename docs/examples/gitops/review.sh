#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Reviews a change of manifests before it is merged:
#
#   review.sh BASE USER MANIFESTS
#
# BASE is the Git revision that the change is based on, USER the id of the user who makes it, as the UserAssignments have it, and
# MANIFESTS the folder with the manifests and their suites, in the current folder. The effective difference is written to
# difference.md. The exit code is 0 if the change may be merged, 1 if not, and 2 if that could not be told.
set -euo pipefail

if [[ $# != 3 || -z $1 || -z $2 || -z $3 ]]; then
  echo "usage: review.sh BASE USER MANIFESTS" >&2
  exit 2
fi
base="git:$1:$3" user="$2" manifests="$3"

refused=0
exec 3>&1
step() { # NAME COMMAND...: run a command that answers with 0, 1 or, for an error, anything else
  local name="$1" code=0
  shift
  echo "== ${name}" >&3
  "$@" || code=$?
  [[ ${code} -le 1 ]] || exit 2
  return "${code}"
}

step validate rolewright validate -f "${manifests}" || refused=1
step test rolewright test "${manifests}" || refused=1
# A difference is no reason to refuse a change, but its reviewers want to know it.
step difference rolewright diff --from "${base}" --to "${manifests}" -o markdown >difference.md || true
step authorize rolewright authorize --as "${user}" --from "${base}" --to "${manifests}" || refused=1
exit "${refused}"
