# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Folders that hold a whole Debian, for the scripts that try the project in another release than the machine's, or in one
# with nothing installed. Source it after common.sh. Making one and running in one takes root.

# Where the roots lie; a temporary folder of the build.
roots=${CLPOOL_ROOTS:-$root/build/roots}
mirror=${CLPOOL_DEBIAN_MIRROR:-http://deb.debian.org/debian}

need_roots() {
    [ "$(id -u)" = 0 ] || skip "a folder with a Debian of its own is made by root alone"
    need debootstrap
    unshare --mount true 2>/dev/null || skip "this machine lets not even root mount"
}

# make_root RELEASE: the smallest Debian of that release, made anew in $roots/RELEASE.
make_root() {
    local release=$1 folder=$roots/$1
    rm -rf "$folder"
    mkdir -p "$roots"
    echo "making a Debian '$release' in $folder"
    debootstrap --variant=minbase "$release" "$folder" "$mirror" >"$folder.log" 2>&1 ||
        fail "debootstrap failed; the end of $folder.log:"$'\n'"$(tail -n 20 "$folder.log")"
    local file
    for file in /etc/resolv.conf /etc/hosts /etc/apt/apt.conf.d/*proxy*; do
        [ ! -e "$file" ] || install -D -m 644 "$file" "$folder$file"
    done
    in_root "$release" apt-get update -q
}

# in_root RELEASE COMMAND...: runs the command as root in $roots/RELEASE, from /root, with nothing of this environment.
in_root() {
    local folder=$roots/$1
    shift
    # The mounts belong to a namespace of their own, which ends with the command: nothing is left to unmount.
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --pid --fork --kill-child bash -c '
        folder=$1
        shift
        mount -t proc proc "$folder/proc"
        mount --rbind /sys "$folder/sys"
        mount --rbind /dev "$folder/dev"
        exec chroot "$folder" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
            bash -c "cd /root && exec \"\$@\"" bash "$@"' bash "$folder" "$@"
}

# copy_project RELEASE FOLDER: a clone of what is committed, in the root's FOLDER, from where it can be cloned again.
copy_project() {
    local target=$roots/$1$2
    rm -rf "$target"
    git clone --quiet --no-hardlinks "$root" "$target" || fail "the project could not be cloned"
    chown -R 0:0 "$target"
    [ -z "$(git -C "$root" status --porcelain)" ] || echo "${0##*/}: what is not committed is left out" >&2
}
