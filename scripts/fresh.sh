#!/usr/bin/env bash
# Run a command where nobody has worked before: in a bare Debian, on a new clone of what is committed.
#
#   scripts/fresh.sh [OPTION...] -- COMMAND...
#     --suite NAME       bookworm (Debian 12, Python 3.11.2, the default), trixie (13, Python 3.13) or another
#     --user             as an ordinary user; without it as root
#     --before COMMAND   what root does first, for example installs what the README says needs root
#     --only-prepare     make the bare system, run nothing; exit status 3 where it can't be made
#
# The system has what Debian installs at least, and git, make and python3. It is made once, in $FRESH (by default
# /var/tmp/coursekit-fresh), and used again; the clone, at "/srv/새 과정 (fresh)", is new each time. pip and apt
# are told what this machine's administrator set for everybody, and find nothing that lies here in a user's folders.
# Exit status: the command's; 3 where no bare system can be made (it takes root, mmdebstrap and bubblewrap).
set -euo pipefail
cd "$(dirname "$0")/.."

suite=bookworm user=root before='' prepare=''
while [ $# -gt 0 ]; do
    case $1 in
        --suite) suite=$2; shift ;;
        --user) user=student ;;
        --before) before=$2; shift ;;
        --only-prepare) prepare=1 ;;
        --) shift; break ;;
        *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
    shift
done

top=${FRESH:-/var/tmp/coursekit-fresh}
system=$top/$suite
course='/srv/새 과정 (fresh)'

cannot() {
    echo "fresh: no bare Debian can be made here: $1" >&2
    exit 3
}

prepare_system() {
    [ ! -e "$system/.ready" ] || return 0
    [ "$(id -u)" = 0 ] || cannot 'it takes root.'
    command -v apt-get >/dev/null || cannot 'this system has no apt-get.'
    if ! command -v mmdebstrap >/dev/null || ! command -v bwrap >/dev/null; then
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends mmdebstrap bubblewrap; } >/dev/null 2>&1 ||
            cannot 'mmdebstrap and bubblewrap cannot be installed.'
    fi
    rm -rf "$system"
    mkdir -p "$top"
    echo "fresh: making a bare Debian ($suite) in $system (half a minute, once)"
    local log=$top/$suite.log
    mmdebstrap --variant=minbase --include=ca-certificates,git,make,python3 "$suite" "$system" >"$log" 2>&1 ||
        cannot "mmdebstrap failed ($(tail -n 1 "$log")); the whole log is $log."
    local file
    for file in /etc/ssl/certs/ca-certificates.crt /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/xdg/pip \
        /etc/apt/apt.conf.d/99*; do
        [ ! -e "$file" ] || { mkdir -p "$system$(dirname "$file")" && cp -rL "$file" "$system$(dirname "$file")/"; }
    done
    chroot "$system" useradd --create-home student
    touch "$system/.ready"
}

inside() { # inside HOME COMMAND...: run in the bare system, with an environment of its own
    local home=$1 name value settings=()
    shift
    while IFS='=' read -r name value; do
        settings+=(--setenv "$name" "$value")
    done < <(env | grep -iE '^(https?_proxy|no_proxy|ssl_cert_file|ci|pip_(cert|index_url|default_timeout))=' || true)
    bwrap --bind "$system" / --dev-bind /dev /dev --dev-bind /proc /proc --bind /sys /sys --cap-add ALL \
        --die-with-parent --clearenv --setenv HOME "$home" --setenv LANG C.UTF-8 \
        --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${settings[@]+"${settings[@]}"} --chdir "$course" "$@"
}

prepare_system
[ -z "$prepare" ] || exit 0
[ $# -gt 0 ] || { echo "fresh: there is no command to run; scripts/fresh.sh --help shows how." >&2; exit 2; }

rm -rf "$system/srv"
mkdir -p "$system/srv"
if ! git clone -q . "$system$course" 2>/dev/null; then # no repository, or somebody else's
    mkdir -p "$system$course"
    tar --exclude=./.venv --exclude=./build -cf - . | tar -xf - -C "$system$course"
fi
chroot "$system" chown -R "$user:$user" /srv
[ -z "$before" ] || inside /root bash -c "export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && $before"
if [ "$user" = root ]; then
    inside /root "$@"
else
    inside /home/student setpriv --reuid student --regid student --init-groups "$@"
fi
