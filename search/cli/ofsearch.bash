# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of ofsearch for bash. A test compares the options below with options.def.
_ofsearch() {
    local options='-i --index --partial --timeout -n --limit --offset --all -c --count -l --reports --format --fields --excel --group --grade --section --provider --role --overall --inspection
        --kind --inspectorate --from --to --since --mark --facet --pivot --count-by --keywords --compare --kwic --fold-duplicates --full -C --context --sort --any --plain --synonyms --synonym-file --k1 --b --explain --cite --batch
        --color --log --no-pager -q --quiet -h --help --version'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    # readline parts words at "=": --format=json arrives as three.
    if [ "$word" = = ]; then
        word=
    elif [ "$before" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $before in
        -i | --index) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --batch | --synonym-file | --mark | --log) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --format) mapfile -t COMPREPLY < <(compgen -W 'text json jsonl csv tsv xlsx markdown html trec' -- "$word") ;;
        --role)
            mapfile -t COMPREPLY < <(compgen -W 'summary findings strengths improvements recommendations background
                boilerplate' -- "$word")
            ;;
        --kind) mapfile -t COMPREPLY < <(compgen -W 'paragraph recommendation statement note' -- "$word") ;;
        --sort) mapfile -t COMPREPLY < <(compgen -W 'score date report' -- "$word") ;;
        --kwic) mapfile -t COMPREPLY < <(compgen -W 'left right' -- "$word") ;;
        --group) mapfile -t COMPREPLY < <(compgen -W report -- "$word") ;;
        --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word") ;;
        --count-by) mapfile -t COMPREPLY < <(compgen -W 'paragraph report' -- "$word") ;;
        --facet)
            mapfile -t COMPREPLY < <(compgen -W 'grade section role provider inspectorate inspection overall year kind report' -- "$word")
            ;;
        # Lists: what stands before the last comma is kept.
        --pivot)
            local kept=
            [ "$word" = "${word%,*}" ] || kept=${word%,*},
            mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'query grade section role provider inspectorate inspection overall year kind report' -- "${word##*,}")
            ;;
        --fields)
            local kept=
            [ "$word" = "${word%,*}" ] || kept=${word%,*},
            mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'query rank score ref provider year grade section paragraph item page text citation inspectorate inspection title
                overall published inspected_from inspected_to role kind timescale report path level snippet provider_name provider_id like search' -- "${word##*,}")
            ;;
        -n | --limit | --offset | --timeout | --compare | --keywords | --since | -C | --context | --k1 | --b | --from | --to | --grade | --section | --provider | \
            --inspectorate | --inspection | --overall) COMPREPLY=() ;;
        *)
            if [ "${word:0:1}" = - ]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
            elif [ "$before" = verify ]; then
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
            elif [ "$COMP_CWORD" -eq 1 ]; then
                mapfile -t COMPREPLY < <(compgen -W 'show similar verify' -- "$word")
            fi
            ;;
    esac
}
complete -F _ofsearch ofsearch
