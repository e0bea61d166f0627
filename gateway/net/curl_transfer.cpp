// One outbound request inside libcurl: its options, what came back, and what its end means.
#include "gateway/net/curl_transfer.hpp"

#include "gateway/core/network.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

namespace gw::net {
namespace {

constexpr std::size_t header_bytes_max = 64 << 10;
constexpr std::size_t refusal_bytes_max =
    64 << 10;  // body of a download that was answered with an error

bool is_write(std::string_view method) {
    return method != "GET" && method != "HEAD";
}

curl_blob blob_of(const std::string& text) {
    curl_blob blob{};
    blob.data = const_cast<char*>(text.data());  // curl copies it
    blob.len = text.size();
    blob.flags = CURL_BLOB_COPY;
    return blob;
}

bool has_break(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                             text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

/// OpenSSL's words for an alert by which the other side refuses our certificate.
bool refuses_our_certificate(std::string_view error) {
    if (error.find(" alert ") == error.npos) return false;
    for (const std::string_view word :
         {"certificate required",
          "bad certificate",
          "unknown ca",
          "certificate expired",
          "certificate revoked",
          "certificate unknown",
          "unsupported certificate",
          "access denied"})
        if (error.find(word) != error.npos) return true;
    return false;
}

}  // namespace

CurlTransfer::CurlTransfer(
    ports::HttpRequest request,
    std::function<bool(std::string_view)> on_piece,
    ports::HttpResult& result
)
    : easy_(curl_easy_init()),
      request_(std::move(request)),
      on_piece_(std::move(on_piece)),
      result_(result),
      began_(std::chrono::steady_clock::now()) {
    GW_ASSERT(easy_ != nullptr);
}

CurlTransfer::~CurlTransfer() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
}

std::string CurlTransfer::prepare(const ClientTls& tls) {
    if (has_break(request_.url) || has_break(request_.method))
        return "the address or method holds a line break";
    if (auto why = add_headers(); !why.empty()) return why;
    set_request();
    set_tls(tls);
    if (tls.networks && !trusts_host(tls)) {
        networks_ = &*tls.networks;  // the client outlives its transfers
        curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &on_open);
        curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
    }
    return "";
}

std::string CurlTransfer::add_headers() {
    bool content_type = false;
    for (const auto& header : request_.headers) {
        if (header.name.empty() || has_break(header.name) || has_break(header.value))
            return "a header holds a line break or has no name";
        const bool empty = trimmed(header.value).empty();
        const auto line =
            header.name + (empty ? ";" : ": " + header.value);  // "Name;" = empty value
        headers_ = curl_slist_append(headers_, line.c_str());
    }
    content_type = !ports::header(request_.headers, "Content-Type").empty();
    headers_ = curl_slist_append(headers_, "Expect:");  // a name without value: curl leaves it out
    if (!content_type) headers_ = curl_slist_append(headers_, "Content-Type:");
    return "";
}

void CurlTransfer::set_request() {
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    if (request_.method == "HEAD") curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    const bool wants_length =
        request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
    if (!request_.body.empty() || wants_length) {
        curl_easy_setopt(
            easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size())
        );
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
        curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(
        easy_,
        CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::max(request_.connect_max, core::Duration(1)).count())
    );
    curl_easy_setopt(
        easy_,
        CURLOPT_TIMEOUT_MS,
        static_cast<long>(std::max(request_.total_max, core::Duration(1)).count())
    );
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &on_request);
    curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
}

void CurlTransfer::set_tls(const ClientTls& tls) {
    curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy_, CURLOPT_SSL_CIPHER_LIST, "ECDHE+AESGCM:ECDHE+CHACHA20");
    curl_easy_setopt(
        easy_, CURLOPT_PROXY, tls.proxy.c_str()
    );  // "" = none, whatever the environment says
    if (!tls.unix_socket.empty())
        curl_easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, tls.unix_socket.c_str());
    if (!tls.authorities_pem.empty()) {
        auto blob = blob_of(tls.authorities_pem);
        curl_easy_setopt(easy_, CURLOPT_CAINFO, nullptr);
        curl_easy_setopt(
            easy_, CURLOPT_CAPATH, nullptr
        );  // else the system's folder is trusted as well
        curl_easy_setopt(easy_, CURLOPT_CAINFO_BLOB, &blob);
    }
    if (!tls.certificate_pem.empty()) {
        auto blob = blob_of(tls.certificate_pem);
        curl_easy_setopt(easy_, CURLOPT_SSLCERT_BLOB, &blob);
        blob = blob_of(tls.private_key_pem);
        curl_easy_setopt(easy_, CURLOPT_SSLKEY_BLOB, &blob);
    }
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* user) {
    auto& self = *static_cast<CurlTransfer*>(user);
    return self.take_body(std::string_view(data, size * count)) ? size * count : 0;
}

bool CurlTransfer::take_body(std::string_view piece) {
    if (on_piece_ && status_now_ >= 200 && status_now_ < 300) {
        too_large_ = !on_piece_(piece);
        return !too_large_;
    }
    auto max = request_.answer_bytes_max;
    if (on_piece_) max = std::min(max, refusal_bytes_max);
    too_large_ = piece.size() > max - std::min(max, result_.response.body.size());
    if (!too_large_) result_.response.body.append(piece);
    return !too_large_;
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* user) {
    auto& self = *static_cast<CurlTransfer*>(user);
    return self.take_header(std::string_view(data, size * count)) ? size * count : 0;
}

bool CurlTransfer::take_header(std::string_view line) {
    header_bytes_ += line.size();
    too_large_ = header_bytes_ > header_bytes_max;
    if (too_large_) return false;
    line = trimmed(line);
    if (line.starts_with("HTTP/")) {  // also after a 1xx answer: only the last block counts
        result_.response.headers.clear();
        status_now_ = 0;
        const auto at = line.find(' ');
        if (at != line.npos)
            std::from_chars(line.data() + at + 1, line.data() + line.size(), status_now_);
    } else if (const auto colon = line.find(':'); colon != line.npos) {
        result_.response.headers.emplace_back(
            std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))
        );
    }
    return true;
}

bool CurlTransfer::trusts_host(const ClientTls& tls) const {
    const auto address = core::read_http_address(request_.url);
    return address &&
           std::find(tls.trusted_hosts.begin(), tls.trusted_hosts.end(), address->host) !=
               tls.trusted_hosts.end();
}

curl_socket_t CurlTransfer::on_open(void* user, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<CurlTransfer*>(user);
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address->family == AF_INET)
        bytes = &reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_addr;
    if (address->family == AF_INET6)
        bytes = &reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr;
    if (bytes == nullptr ||
        ::inet_ntop(address->family, bytes, text.data(), text.size()) == nullptr ||
        !core::may_call(text.data(), *self.networks_)) {
        self.address_refused_ = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int CurlTransfer::on_request(void* user, char*, char*, int, int) {
    // libcurl sends a request again by itself when a kept connection dies before an answer: never a
    // second effect.
    auto& self = *static_cast<CurlTransfer*>(user);
    self.resend_refused_ = is_write(self.request_.method) && self.bytes_left();
    return self.resend_refused_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

bool CurlTransfer::bytes_left() const {
    long sent = 0;
    curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0;
}

void CurlTransfer::end(CURLcode code) {
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &result_.response.status);
    result_.took =
        std::chrono::duration_cast<core::Duration>(std::chrono::steady_clock::now() - began_);
    result_.ok = code == CURLE_OK;
    if (result_.ok) return;
    auto& failure = result_.failure;
    const std::string_view error = error_.data();
    failure.too_large = too_large_;
    failure.bytes_left = bytes_left();
    failure.address_refused = address_refused_ && code == CURLE_COULDNT_CONNECT;
    failure.our_certificate =
        header_bytes_ == 0 && (code == CURLE_SSL_CERTPROBLEM || refuses_our_certificate(error));
    if (failure.our_certificate) failure.bytes_left = false;  // it left, and was not processed
    if (resend_refused_)
        failure.what = "the connection was closed after the request had left, before an answer";
    else if (failure.address_refused)
        failure.what = "the host's address is in no network that may be called";
    else if (too_large_)
        failure.what = "the answer is larger than allowed";
    else
        failure.what = error.empty() ? curl_easy_strerror(code) : trimmed(error);
}

void CurlTransfer::end_cancelled() {
    end(CURLE_ABORTED_BY_CALLBACK);
    result_.failure.what = "cancelled by the caller";
}

}  // namespace gw::net
