#!/bin/sh
# Installs what the tests need from the system's packages where it may, and says where it may not.
# With CI=true nothing may be missing.
command -v soffice >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    echo "Installing LibreOffice: the tests let it recalculate the workbook ..."
    if $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        $as_root apt-get install -y -qq --no-install-recommends libreoffice-calc poppler-utils fonts-liberation >/dev/null; then
        exit 0
    fi
fi
echo "LibreOffice could not be installed here: its tests are skipped (install libreoffice-calc by hand to run them)."
[ "$CI" != true ] || exit 1
