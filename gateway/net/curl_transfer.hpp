// One outbound request inside libcurl: its options, what came back, and what its end means.
#pragma once

#include "gateway/net/curl_client.hpp"

#include <boost/asio/any_completion_handler.hpp>

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace gw::net {

class CurlTransfer {
public:
    CurlTransfer(
        ports::HttpRequest request,
        std::function<bool(std::string_view)> on_piece,
        ports::HttpResult& result
    );
    ~CurlTransfer();
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    /// "" or why the request cannot be sent at all.
    std::string prepare(const ClientTls& tls);
    CURL* easy() const { return easy_; }
    /// Fills the result. The handle must be out of its multi handle.
    void end(CURLcode code);
    void end_cancelled();

    asio::any_completion_handler<void()> done;

private:
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
    static curl_socket_t on_open(void* user, curlsocktype, curl_sockaddr* address);
    static int on_request(void* user, char*, char*, int, int);
    bool take_body(std::string_view piece);
    bool take_header(std::string_view line);
    void set_request();
    void set_tls(const ClientTls& tls);
    std::string add_headers();
    bool bytes_left() const;
    bool trusts_host(const ClientTls& tls) const;

    CURL* easy_;
    curl_slist* headers_ = nullptr;
    ports::HttpRequest request_;
    std::function<bool(std::string_view)> on_piece_;
    ports::HttpResult& result_;
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::chrono::steady_clock::time_point began_;
    std::size_t header_bytes_ = 0;
    long status_now_ = 0;  // of the header block being read
    bool too_large_ = false, resend_refused_ = false;
    const std::vector<std::string>* networks_ = nullptr;  // null: any address may be dialled
    bool address_refused_ = false;
};

}  // namespace gw::net
