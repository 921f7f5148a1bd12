# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash: commands and options are taken from drtmon's own help.

_drtmon() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word cmd= value=

	# The file of --from may stand before the command; a = is a word of its own here.
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		if [[ $word == --from ]]; then
			value=1
		elif [[ $word == = ]]; then
			continue
		elif [[ $value ]]; then
			value=
		elif [[ $word != -* ]]; then
			cmd=$word
			break
		fi
	done
	case $prev in
	--severity)
		COMPREPLY=($(compgen -W 'info notice warning critical' -- "$cur"))
		return
		;;
	--chip)
		COMPREPLY=($(compgen -W "$(ls /sys/class/tpm 2>/dev/null)" -- "$cur"))
		return
		;;
	--bank)
		COMPREPLY=($(compgen -W 'sha1 sha256 sha384 sha512 sm3_256' -- "$cur"))
		return
		;;
	--kind)
		COMPREPLY=($(compgen -W "$(drtmon events --help 2>/dev/null |
			sed -n '/several times:/,/--severity/ { s/.*times://; /--severity/!p }' |
			tr -d ' \n' | tr , '\n')" -- "$cur"))
		return
		;;
	--profile)
		compopt -o default
		COMPREPLY=($(compgen -W "$(drtmon check --list 2>/dev/null | cut -d ' ' -f 1)" -- "$cur"))
		return
		;;
	--save)
		COMPREPLY=($(compgen -d -- "$cur"))
		return
		;;
	--from | --html | --pcrs | --cursor | --policy)
		compopt -o default
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$(drtmon ${cmd:+"$cmd"} --help 2>/dev/null |
			grep -o -E '(^|[][ ,(])--[a-z-]+' | tr -d '][ ,(' | sort -u)" -- "$cur"))
	elif [[ -z $cmd || $cmd == help ]]; then
		COMPREPLY=($(compgen -W "$(drtmon --help 2>/dev/null |
			sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')" -- "$cur"))
	else
		compopt -o default
		case $cmd in
		baseline) word='show check set del lock' ;;
		pcr) word='explain diff' ;;
		txt) word='log errorcode acm history' ;;
		log) word=diff ;;
		tpm) word=clear ;;
		*) word= ;;
		esac
		COMPREPLY=($(compgen -W "$word" -- "$cur"))
	fi
}

complete -F _drtmon drtmon
