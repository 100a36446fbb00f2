# shellcheck shell=sh disable=SC2154
# Sourced with KEY BYTES TEXT as "$@": adds a text to the request, cut to fit; two at most.

if [ -z "$dibs_text_1" ]; then dibs_text_1=$3; else dibs_text_2=$3; fi
dibs_formats=$dibs_formats,$1=%.$2s dibs_names=$dibs_names,$1= dibs_rest=$3
[ ${#3} -le "$2" ] || dibs_names=-
while :; do
  dibs_x=${dibs_rest%%[%,/]*}
  dibs_rest=${dibs_rest#"$dibs_x"}
  case $dibs_rest in
    '') break ;;
    %*) dibs_x=$dibs_x%25 ;;
    ,*) dibs_x=$dibs_x%2C ;;
    /*) dibs_x=$dibs_x%2F ;;
  esac
  dibs_names=$dibs_names$dibs_x dibs_rest=${dibs_rest#?}
done
dibs_names=$dibs_names$dibs_x
