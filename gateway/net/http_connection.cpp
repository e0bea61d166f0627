// One accepted connection: request after request, each under limits, none seen by another
// connection.
#include "gateway/net/http_connection.hpp"

#include "gateway/net/http_answer.hpp"
#include "gateway/net/http_body.hpp"
#include "gateway/ports/log.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace gw::net {
namespace {

namespace http = boost::beast::http;
constexpr std::size_t head_read_bytes = 8 << 10;
constexpr std::size_t piece_bytes = 64 << 10;
constexpr std::size_t linger_bytes_max = 1 << 20;
constexpr core::Duration linger_time{1'000};

/// Beast's reading of a block that check_head found unambiguous; the two must agree.
std::optional<ports::InRequest> parse(std::string_view block, const Head& head) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(block.size() + 1));
    parser.body_limit(boost::none);
    error_code ec;
    const auto used = parser.put(asio::buffer(block), ec);
    if ((ec && ec != http::error::need_more) || used != block.size() || !parser.is_header_done())
        return std::nullopt;
    if (parser.chunked() != head.chunked) return std::nullopt;
    ports::InRequest request;
    request.method = head.method;
    const auto question = std::min(head.target.find('?'), head.target.size());
    request.path = head.target.substr(0, question);
    if (question < head.target.size()) request.query = head.target.substr(question + 1);
    request.content_length = head.content_length;
    for (const auto& field : parser.get())
        request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return request;
}

}  // namespace

struct HttpConnection::BodyGuard {
    explicit BodyGuard(Body& b) : body(b) {}
    ~BodyGuard() { body.detach(); }
    BodyGuard(const BodyGuard&) = delete;
    BodyGuard& operator=(const BodyGuard&) = delete;
    Body& body;
};

HttpConnection::HttpConnection(
    std::unique_ptr<Transport> transport,
    std::shared_ptr<const ServerOptions> options,
    ports::InHandler& handler,
    std::string remote,
    std::shared_ptr<BodyBudget> bodies
)
    : transport_(std::move(transport)),
      options_(std::move(options)),
      handler_(handler),
      remote_(std::move(remote)),
      share_(std::move(bodies)) {}

void HttpConnection::enter(Phase phase, core::Duration time) {
    phase_ = phase;
    timed_out_ = false;
    deadline_ = time == core::Duration::max() ? Clock::time_point::max() : Clock::now() + time;
}

void HttpConnection::check_time(Clock::time_point now) {
    if (now < deadline_) return;
    timed_out_ = true;
    deadline_ = Clock::time_point::max();
    const bool answerable = phase_ == Phase::idle || phase_ == Phase::head || phase_ == Phase::body;
    if (answerable)
        transport_->cancel();
    else
        transport_->abort();
}

void HttpConnection::stop() {
    stopping_ = true;
    if (phase_ == Phase::idle || phase_ == Phase::opening) transport_->abort();
}

void HttpConnection::abort() {
    stopping_ = true;
    transport_->abort();
}

asio::awaitable<void> HttpConnection::run() {
    enter(Phase::opening, options_->header_time);
    const error_code ec = co_await transport_->open();
    if (!ec) {
        bool more = !stopping_;
        while (more) more = co_await exchange();
    }
    const bool said_something = ec || answered_;  // an alert or an answer may still be on its way
    if (said_something) co_await linger();
    transport_->abort();
}

/// One request and its answer. False: the connection ends.
asio::awaitable<bool> HttpConnection::exchange() {
    const std::size_t size = co_await read_head();
    if (size == 0) co_return false;
    const Head head = check_head(unread().substr(0, size));
    if (head.status != 0) {
        co_await refuse(head.status, head.why);
        co_return false;
    }
    auto request = parse(unread().substr(0, size), head);
    const bool keep_alive = head.keep_alive, head_only = head.method == "HEAD";
    if (!request) {
        co_await refuse(400, "the header block is malformed");
        co_return false;
    }
    from_ += size;
    request->remote = remote_;
    const auto plan = plan_for(*request);
    if (head.has_body() && (plan.bytes_max == 0 || head.content_length > plan.bytes_max)) {
        co_await refuse(413, "the body is larger than allowed here");
        co_return false;
    }
    const auto time_max = plan.stream ? core::Duration::max() : options_->held_time_max;
    const auto body = std::make_shared<Body>(*this, head, plan.bytes_max, time_max);
    if (plan.stream) {
        request->stream = body;
    } else {
        auto whole = co_await read_whole(body);
        if (!whole) {
            share_.give_back();
            if (body->status() != 499) co_await refuse(body->status(), whole.error().what);
            co_return false;
        }
        request->body = std::move(*whole);
    }
    const BodyGuard guard(*body);  // the handler may keep the stream longer than the request lives
    auto answer = co_await handle(std::move(*request));
    share_.give_back();
    const bool complete = co_await body->drop_rest();
    const bool keep = complete && keep_alive && !stopping_;
    const bool written = co_await write_answer(std::move(answer), keep, head_only);
    co_return written&& keep && !stopping_;
}

/// Bytes of the header block, 0 when there is none to serve.
asio::awaitable<std::size_t> HttpConnection::read_head() {
    HeadEnd end;
    enter(
        unread().empty() ? Phase::idle : Phase::head,
        unread().empty() ? options_->idle_time : options_->header_time
    );
    while (true) {
        end = find_head_end(unread(), end.at);
        if (end.kind == HeadEnd::Kind::bad) {
            co_await refuse(400, "the header block holds a control character or a lone line end");
            co_return 0;
        }
        const auto have = end.kind == HeadEnd::Kind::found ? end.at : unread().size();
        if (have > options_->header_bytes_max) {
            co_await refuse(431, "the header block is too large");
            co_return 0;
        }
        if (end.kind == HeadEnd::Kind::found) co_return end.at;
        const bool first = unread().empty();
        const IoResult got = co_await fill(head_read_bytes);
        if (got.ec) {
            const bool slow = timed_out_ && !first;
            if (slow) co_await refuse(408, "the header block came too slowly");
            co_return 0;
        }
        if (first) enter(Phase::head, options_->header_time);
    }
}

asio::awaitable<IoResult> HttpConnection::fill(std::size_t max) {
    in_.erase(0, from_);
    from_ = 0;
    const auto old = in_.size();
    in_.resize(old + max);
    const auto buffer = asio::buffer(in_.data() + old, max);
    const IoResult got = co_await transport_->read_some(buffer);
    in_.resize(old + got.size);
    if (in_.capacity() > 2 * head_read_bytes && in_.size() < head_read_bytes &&
        phase_ != Phase::body)
        in_.shrink_to_fit();
    co_return got;
}

ports::BodyPlan HttpConnection::plan_for(const ports::InRequest& request) {
    try {
        return handler_.body_plan(request);
    } catch (const std::exception&) {
        ports::log::error("http.plan_threw");
        ports::BodyPlan nothing;
        nothing.bytes_max = 0;
        return nothing;
    }
}

asio::awaitable<core::Result<std::string>> HttpConnection::read_whole(std::shared_ptr<Body> body) {
    std::string whole;
    while (!body->finished()) {
        auto piece = co_await body->read();
        if (!piece) co_return piece.error();
        if (!share_.hold(whole.size() + piece->size())) {
            ports::log::warning("http.bodies_full");
            co_return body->fail(503, "the bodies of other requests take all the memory there is");
        }
        if (whole.empty())
            whole = std::move(*piece);
        else
            whole.append(*piece);
    }
    co_return whole;
}

asio::awaitable<ports::InAnswer> HttpConnection::handle(ports::InRequest request) {
    enter(Phase::handling, core::Duration::max());
    try {
        auto op = handler_.handle(std::move(request));
        co_return co_await std::move(op);
    } catch (const boost::system::system_error& e) {
        if (e.code() == asio::error::operation_aborted) throw;  // this connection was cancelled
        ports::log::error("http.handler_threw");
    } catch (const std::exception&) {
        ports::log::error("http.handler_threw");
    }
    co_return handler_.refuse(500, "the request could not be served");
}

asio::awaitable<bool> HttpConnection::write_answer(
    ports::InAnswer answer, bool keep, bool head_only
) {
    if (answer.status == 0) co_return false;
    std::string out = answer_head(answer, keep);
    const bool body_allowed = !head_only && may_have_body(answer.status);
    const bool small = !answer.stream && answer.body.size() <= piece_bytes;
    if (body_allowed && small) out += answer.body;
    bool written = co_await write_pieces(out);
    const bool more = written && body_allowed && !small;
    if (!more) {
        answered_ = written;
    } else if (answer.stream) {
        written = co_await write_stream(answer.stream, answer.stream_size);
    } else {
        written = co_await write_pieces(answer.body);
    }
    answered_ = written;
    co_return written;
}

asio::awaitable<bool> HttpConnection::write_pieces(std::string_view bytes) {
    while (!bytes.empty()) {
        enter(Phase::answering, options_->body_stall);
        const auto buffer = asio::buffer(bytes.substr(0, piece_bytes));
        const error_code ec = co_await transport_->write(buffer);
        if (ec) co_return false;
        bytes.remove_prefix(buffer.size());
    }
    co_return true;
}

asio::awaitable<bool> HttpConnection::write_stream(
    std::shared_ptr<ports::AnswerStream> stream, std::uint64_t size
) {
    while (size > 0) {
        const auto piece = stream->read();
        if (!piece) co_return false;
        if (piece->empty() || piece->size() > size)
            co_return false;  // cut: the length was promised
        size -= piece->size();
        const bool written = co_await write_pieces(*piece);
        if (!written) co_return false;
    }
    co_return true;
}

asio::awaitable<void> HttpConnection::refuse(int status, std::string_view why) {
    auto answer = handler_.refuse(status, why);
    const bool written = co_await write_answer(std::move(answer), false, false);
    (void)written;
}

/// Closing with bytes unread resets the connection and may take the answer away from the peer: read
/// on a little.
asio::awaitable<void> HttpConnection::linger() {
    enter(Phase::closing, linger_time);
    co_await transport_->end_writing();
    in_.clear();
    in_.shrink_to_fit();
    std::string sink(head_read_bytes, '\0');
    const auto buffer = asio::buffer(sink);
    std::size_t dropped = 0;
    IoResult got;
    while (!got.ec && dropped < linger_bytes_max) {
        got = co_await transport_->drop_some(buffer);
        dropped += got.size;
    }
}

}  // namespace gw::net
