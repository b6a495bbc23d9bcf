# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of ofindex for bash. A test compares the options below with options.def.
_ofindex() {
    local options='-i --index -j --threads --memory --profile --aliases --ocr --ocr-language --prune --engine --shards --stemmer --files-from -0 --null --format -o --output --index-name --failed
        --progress --color -q --quiet -v --verbose -h --help --version'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    # readline parts words at "=": --format=json arrives as three.
    if [ "$word" = = ]; then
        word=
    elif [ "$before" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $before in
        -i | --index) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --files-from | --profile | --aliases | -o | --output) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --format) mapfile -t COMPREPLY < <(compgen -W 'text json jsonl opensearch-bulk opensearch-mapping' -- "$word") ;;
        --engine) mapfile -t COMPREPLY < <(compgen -W 'native xapian' -- "$word") ;;
        --stemmer) mapfile -t COMPREPLY < <(compgen -W 'english porter none' -- "$word") ;;
        --progress | --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word") ;;
        -j | --threads | --memory | --shards | --index-name) COMPREPLY=() ;;
        *)
            if [ "${word:0:1}" = - ]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
            else
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
                [ "$COMP_CWORD" -gt 1 ] ||
                    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W 'add parse list remove stats check compact export' -- "$word")
            fi
            ;;
    esac
}
complete -o filenames -F _ofindex ofindex
