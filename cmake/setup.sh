# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=sh
#
# Sourced by tool/run and test/run: installs what is missing on Debian and
# builds a preset. Talks on stderr only; becomes root only to install.

BUILD_PACKAGES="cmake ninja-build clang-22 llvm-22-dev libclang-22-dev libyaml-cpp-dev"

say() { echo "refcycle: $*" >&2; }
die() { say "$*"; exit 2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Quiet unless it fails: apt prints several lines per package.
apt_get() {
  mkdir -p "$ROOT/build"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" \
    </dev/null >"$ROOT/build/apt.log" 2>&1 || { cat "$ROOT/build/apt.log" >&2; return 1; }
}

is_installed() {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

has_candidate() { apt-cache policy "$1" | grep -q 'Candidate: [^(]'; }

# LLVM 22 stands in Debian's security suite, which a minimal system may lack.
# The mirror in use comes first; few mirrors of others carry that suite.
enable_security_suite() {
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")-security
  list=/etc/apt/sources.list.d/refcycle-security.list
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e $keyring ] || keyring=
  ! apt-get indextargets --format '$(RELEASE)' | grep -qx "$suite" ||
    die "no source of apt has the package $1"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
    grep -m1 '/debian/\{0,1\}$' | sed 's,/debian/*$,/debian-security,')
  for uri in $mirror http://security.debian.org/debian-security; do
    say "apt does not know $1: adding the suite $suite from $uri in $list"
    echo "deb${keyring:+ [signed-by=$keyring]} $uri $suite main" |
      as_root tee "$list" >/dev/null
    if apt_get update && has_candidate "$1"; then
      return
    fi
    as_root rm -f "$list"
  done
  die "no source of apt has the package $1"
}

# install_packages NAME...: installs those that are missing.
install_packages() {
  missing=
  for package; do
    is_installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    die "neither root nor sudo; please install:$missing"
  say "installing$missing"
  apt_get update || say "apt-get update failed; trying with the lists at hand"
  for package in $missing; do
    has_candidate "$package" || enable_security_suite "$package"
  done
  # shellcheck disable=SC2086 # one word per package
  apt_get install --no-install-recommends $missing || die "apt-get install failed"
}

# install_if_possible NAME...: the same, but what cannot be had is only said.
install_if_possible() {
  for package; do
    is_installed "$package" || (install_packages "$package") || say "doing without $package"
  done
}

# setup NAME...: the packages of a build, and these.
setup() {
  if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086
    install_packages $BUILD_PACKAGES "$@"
  else
    say "no Debian system: expecting these, under your system's names:" $BUILD_PACKAGES "$@"
  fi
}

# Ninja configures again by itself when CMake files change, but not presets.
configure_and_build() {
  # shellcheck disable=SC3013 # every /bin/sh we know has -nt
  [ "$ROOT/build/$1/build.ninja" -nt "$ROOT/CMakePresets.json" ] ||
    (cd "$ROOT" && cmake --preset "$1") || return
  cmake --build "$ROOT/build/$1"
}

# build PRESET: makes $ROOT/build/PRESET up to date; quiet if it worked.
build() {
  log=$ROOT/build/$1.log
  mkdir -p "$ROOT/build"
  [ -e "$ROOT/build/$1/build.ninja" ] || say "building; this takes minutes, and $log tells how far it is"
  if ! configure_and_build "$1" >"$log" 2>&1; then
    grep -n -m 5 -A 20 -E 'CMake Error|FAILED:|error:' "$log" >&2 || tail -n 40 "$log" >&2
    die "the build failed; all of it is in $log"
  fi
}
