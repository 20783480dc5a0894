# shellcheck shell=bash
# cosynth.bash: completion for bash. Commands and options are what the program itself says
# in its help, so that they are those of the program that is installed; words that an option
# may have as value stand below.

_cosynth_commands() { # program
    "$1" --help 2>/dev/null | sed -n 's/^  cosynth \([a-z-]*\) .*/\1/p'
}

# The usage and the options of a command's help; not its examples, which may call others.
_cosynth_help() { # program, command
    "$1" "$2" --help 2>/dev/null | sed '/^examples\{0,1\}:/,$d' | grep -E '^(usage:|  )'
}

_cosynth_options() { # program, command
    _cosynth_help "$@" | grep -oE -- '--[a-z]+[a-z-]*' | sort -u
}

# What an option's value is called: FILE, DIR; nothing if it has none.
_cosynth_value() { # program, command, option
    _cosynth_help "$1" "$2" | grep -oE -- "$3 ([A-Z]+|a\|b)" | sed "s/^$3 //;q"
}

# The words after `cosynth ledger`: of its usage.
_cosynth_actions() { # program, command
    _cosynth_help "$@" | sed -n "s/^.*cosynth $2 \([a-z|]*\) [A-Z].*/\1/p" | tr '|' '\n' | sort -u
}

_cosynth_words() { # program, command, option: what it takes besides files
    case $3 in
    --party) echo 'a b' ;;
    --log) echo 'auto plain json none' ;;
    --log-level) echo 'error warning info debug' ;;
    --link) echo 'aligned private' ;;
    --from) echo 'population generator' ;;
    --compat) echo 'synthcity sdmetrics' ;;
    --format) _cosynth_help "$1" "$2" | grep -A1 -e --format | grep -owE 'text|json|html' ;;
    esac
}

# Files and folders that begin with $1, or folders alone.
_cosynth_files() { # beginning, -f or -d
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$2" -- "$1")
}

_cosynth_complete_value() { # program, command, option, beginning
    local words
    words=$(_cosynth_words "$@")
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$4")
        return
    fi
    case $(_cosynth_value "$1" "$2" "$3") in
    DIR) _cosynth_files "$4" -d ;;
    FILE | NODE | PART) _cosynth_files "$4" -f ;;
    esac
}

_cosynth() {
    local program=$1 word=$2 before=$3 command=${COMP_WORDS[1]-}

    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_cosynth_commands "$program") help --help --version" -- "$word")
        return
    fi
    if [ "$command" = help ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_cosynth_commands "$program")" -- "$word")
        return
    fi
    # `--log=pl` is three words to bash, unless it was told otherwise.
    [ "$word" != = ] || word=
    [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}
    [ "${COMP_WORDS[COMP_CWORD]}" != = ] || before=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_cosynth_options "$program" "$command") --help" -- "$word")
    elif [[ $before == --* && -n $(_cosynth_value "$program" "$command" "$before") ]]; then
        _cosynth_complete_value "$program" "$command" "$before" "$word"
    elif [ "$COMP_CWORD" = 2 ] && [ -n "$(_cosynth_actions "$program" "$command")" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_cosynth_actions "$program" "$command")" -- "$word")
    else
        _cosynth_files "$word" -f
    fi
}

complete -F _cosynth cosynth
