#!/bin/sh
# embed.sh - turns page templates into one C file: embed.sh FILE.html ... > templates_data.c
# A template's name is its file's name without folder and ending; NAME.json becomes NAME_json and is no template. A static file is asked for by its name and what it
# holds (/static/look.css?v=…): a browser may keep it for long and still never shows a page with yesterday's.
set -eu
www=$(dirname "$0")/../../nginx/www
stamps=
for file in "$www"/*.*; do
    name=$(basename "$file")
    stamps="$stamps s|/static/$name|&?v=$(cksum <"$file" | cut -c1-5)|g;"
done
echo '/* made by fcgi/templates/embed.sh; do not edit */'
echo '#include "config.h"'
echo '#include "web/templates.h"'
table=
count=0
for file in "$@"; do
    name=$(basename "$file" .html)
    case $file in
    *.json)
        name=$(basename "$file" .json)
        printf 'const char %s_json[] = {\n' "$name"
        od -An -v -td1 <"$file" | sed 's/-\{0,1\}[0-9][0-9]*/&,/g'
        printf '0};\nconst size_t %s_json_len = sizeof %s_json - 1;\n' "$name" "$name"
        continue
        ;;
    esac
    case $name in *[!a-z0-9_]*) echo "embed.sh: $file: a name has a-z, 0-9 and _ only" >&2; exit 1 ;; esac
    printf 'static const unsigned char text_%s[] = {\n' "$name"
    sed "$stamps" "$file" | od -An -v -tu1 | sed 's/[0-9][0-9]*/&,/g'
    echo '0};'
    table="$table    { \"$name\", text_$name, sizeof text_$name - 1 },
"
    count=$((count + 1))
done
printf 'const struct mustache_source templates_data[] = {\n%s};\n' "$table"
echo "const size_t templates_count = $count;"
