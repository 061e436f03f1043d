# SPDX-License-Identifier: Apache-2.0
#
# Completion of rolewright in bash: source <(rolewright completion bash)

__rolewright_complete() {
  # bash breaks words at characters such as @ too: what no space separates is one word.
  local words=() rest=$COMP_LINE trimmed i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    if ((i > 0)) && [[ $trimmed == "$rest" ]]; then
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
    rest=${trimmed#"${COMP_WORDS[i]}"}
  done
  local current=${words[${#words[@]} - 1]} program=${words[0]/#\~/$HOME}

  local line lines=() directive
  while IFS= read -r line; do lines+=("$line"); done < <("$program" __complete "${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  ((${#lines[@]} > 0)) || return 0
  directive=${lines[${#lines[@]} - 1]#:}
  unset 'lines[${#lines[@]}-1]'

  # Of a flag with its value, the value alone is completed.
  case $current in
    -*=*) current=${current#*=} ;;
  esac
  # What stands before the last character at which bash breaks words, it keeps.
  local kept= value
  case $current in
    *[@:=]*) kept=${current%"${current##*[@:=]}"} ;;
  esac
  for line in "${lines[@]}"; do
    value=${line%%$'\t'*}
    if [[ $value == "$current"* ]]; then COMPREPLY+=("${value#"$kept"}"); fi
  done
  # The bits are cobra's: 2 for no space after it, 4 for no names of files.
  if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
  if ((directive & 4)); then compopt +o default 2>/dev/null; fi
  return 0
}

complete -o default -F __rolewright_complete rolewright
