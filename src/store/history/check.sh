# sh check.sh FILE: needs grep, cut and sha256sum (on a Mac: shasum -a 256 instead).
file=$1 tab=$(printf '\t') zeros=$(printf '%064d' 0)
last=$zeros own=0 merged=0 told=0 bad=0
wrong() { echo "WRONG: $1"; bad=1; }
known() { [ "$1" = "$zeros" ] || grep -Eq "^(own|merged)$tab[0-9]+$tab$1$tab" "$file"; }
while IFS=$tab read -r kind number hash body; do
  case $kind in own | merged) ;; *) continue ;; esac
  [ "$(printf '%s' "$body" | sha256sum | cut -d ' ' -f 1)" = "$hash" ] ||
    wrong "$kind entry $number was altered: its text does not have its hash"
  before=${body#*'"previous":"'} before=${before%%'"'*}
  case $kind in
    own) own=$((own + 1))
      case $body in "{\"number\":$own,\"previous\":\"$last\","*) ;; *)
        wrong "own entry $number does not follow: one was altered, added or removed" ;; esac
      last=$hash ;;
    merged) merged=$((merged + 1))
      known "$before" || wrong "merged entry $number does not follow: one was altered or removed" ;;
  esac
  case $body in *'"action":"merge"'*)
    for brought in $(printf '%s' "$body" | grep -o '"last_hash":"[0-9a-f]*"' | cut -d '"' -f 4); do
      known "$brought" || wrong "$kind entry $number brought a log whose last entry is not here"
    done
    [ "$kind" = merged ] || for count in $(printf '%s' "$body" | grep -o '"entries":[0-9]*'); do
      told=$((told + ${count#*:}))
    done ;;
  esac
done < "$file"
[ "$merged" = "$told" ] || wrong "merges brought $told entries, $merged are here"
echo "$own own entries, $merged merged ones; last hash $last"
exit $bad
