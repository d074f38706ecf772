# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=bash
#
# Completion for refcycle. Options and checks come from the program itself.

_refcycle() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local choices
  # Readline takes --format=s for three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  # Words behind a bare -- are the compiler's.
  local word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word != -- ]] || { COMPREPLY=($(compgen -f -- "$current")); return; }
  done
  case $previous in
  --format) choices="text json sarif dot fixes summary github gitlab" ;;
  --min-confidence) choices="possible probable definite" ;;
  --fail-on) choices="never new possible probable definite" ;;
  --emit) choices="commands facts graph findings" ;;
  --color) choices="auto never always" ;;
  --checks) choices=$("${COMP_WORDS[0]}" list-checks 2>/dev/null | cut -d' ' -f1) ;;
  *)
    if [[ $current == -* ]]; then
      choices=$("${COMP_WORDS[0]}" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]+' | sort -u)
    elif ((COMP_CWORD == 1)); then
      choices="check dump-config explain explain-handle extract graph help layouts link list-checks list-handles stats suppress verify"
    fi
    ;;
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
  # Every option that is no such choice takes files, and so does a command.
  [[ ${#COMPREPLY[@]} != 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _refcycle refcycle
