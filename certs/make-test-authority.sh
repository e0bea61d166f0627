#!/bin/sh
# Makes a test authority and what it signs, for trying the gateway on one machine. Never for production.
# Usage: certs/make-test-authority.sh FOLDER
set -eu

case "${1:-}" in
    -h | --help | "")
        sed -n '2,3s/^# //p' "$0"
        [ -n "${1:-}" ] && exit 0
        exit 2
        ;;
esac
command -v openssl >/dev/null || { echo "openssl is missing: apt-get install openssl" >&2; exit 1; }
umask 077
mkdir -p "$1"
cd "$1"
days=825
names="DNS:localhost,IP:127.0.0.1,IP:::1,DNS:gateway.test,DNS:portal.test,DNS:onestop.test"

# new_key FILE: EC P-256, PKCS 8.
new_key() {
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.new" 2>/dev/null ||
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.new" 2>/dev/null
    mv "$1.new" "$1"
}

# still_good CERTIFICATE KEY: there, fits its key, signed by our authority, 30 days left.
still_good() {
    [ -s "$1" ] && [ -s "$2" ] &&
        openssl x509 -in "$1" -noout -checkend 2592000 >/dev/null 2>&1 &&
        [ "$(openssl x509 -in "$1" -noout -pubkey)" = "$(openssl pkey -in "$2" -pubout 2>/dev/null)" ] &&
        openssl verify -CAfile authority.pem "$1" >/dev/null 2>&1
}

# signed NAME SUBJECT USAGE [ALTERNATIVE-NAMES]: NAME.pem and NAME.key.
signed() {
    still_good "$1.pem" "$1.key" && return 0
    new_key "$1.key"
    {
        echo "basicConstraints=critical,CA:FALSE"
        echo "keyUsage=critical,digitalSignature"
        echo "extendedKeyUsage=$3"
        echo "subjectKeyIdentifier=hash"
        echo "authorityKeyIdentifier=keyid"
        if [ -n "${4:-}" ]; then echo "subjectAltName=$4"; fi
    } >"$1.ext"
    openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -days "$days" \
        -set_serial "0x$(openssl rand -hex 16)" -extfile "$1.ext" -out "$1.pem.new" 2>/dev/null
    mv "$1.pem.new" "$1.pem"
    rm -f "$1.csr" "$1.ext"
}

if ! still_good authority.pem authority.key; then
    new_key authority.key
    openssl req -x509 -new -key authority.key -days "$days" -subj "/O=Lien Thong test/CN=Test authority" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -out authority.pem.new
    mv authority.pem.new authority.pem
fi
signed server "/O=Lien Thong test/CN=localhost" serverAuth "$names"
signed client "/O=Lien Thong test/CN=onestop-test" clientAuth

# The key by which a one-stop signs its private_key_jwt assertions; the gateway gets the public half.
if ! openssl pkey -in onestop.key -pubout -out onestop.pub.new 2>/dev/null; then
    new_key onestop.key
    openssl pkey -in onestop.key -pubout -out onestop.pub.new
fi
mv onestop.pub.new onestop.pub
chmod 644 authority.pem server.pem client.pem onestop.pub
