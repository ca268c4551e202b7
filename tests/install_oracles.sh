#!/bin/sh
# Installs what the tests need from the system's packages where it may, and says where it may not.
# With CI=true nothing may be missing.
needed=""
command -v soffice >/dev/null 2>&1 || needed="libreoffice-calc poppler-utils fonts-liberation"
command -v node >/dev/null 2>&1 || needed="$needed nodejs"
command -v npm >/dev/null 2>&1 || needed="$needed npm"
command -v chromedriver >/dev/null 2>&1 || needed="$needed chromium chromium-driver"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 ||
    needed="$needed postgresql"

packages() ( # programs of others that the tests ask; nothing of them is ours
    cd "$(dirname "$0")/browser" || exit 1
    [ -d node_modules/office-addin-manifest ] && [ -d node_modules/pyodide ] ||
        npm ci --ignore-scripts --no-audit --no-fund --silent
)

[ -n "$needed" ] || { packages && exit 0; }
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    echo "Installing $needed: the tests ask these programs what they make of our work ..."
    case "$needed" in *postgresql*) # the tests start a server of their own: none is wanted besides
        $as_root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" |
            $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null ;;
    esac
    if $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        $as_root apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends \
            $needed >/dev/null && packages; then
        exit 0
    fi
fi
echo "Could not be installed here: ${needed:-the packages of tests/browser}. Their tests are skipped (install them by hand to run them)."
[ "$CI" != true ] || exit 1
