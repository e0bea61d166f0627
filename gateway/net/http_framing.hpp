// Where an HTTP/1.1 request begins and ends, read strictly: whatever two parsers could read
// differently is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gw::net {

inline constexpr std::size_t target_bytes_max = 8 << 10;
inline constexpr std::size_t headers_max = 100;

/// Looks for the blank line that ends a header block, from byte `from` on.
struct HeadEnd {
    enum class Kind { none_yet, found, bad };
    Kind kind = Kind::none_yet;
    std::size_t at = 0;  // just after the blank line, or where the next look begins
};
/// bad: a control character, a lone CR or LF, or an empty first line.
HeadEnd find_head_end(std::string_view bytes, std::size_t from);

/// What a header block says about its framing.
struct Head {
    int status = 0;        // 0 = fine, else how it must be refused: 400, 414, 417, 431, 501, 505
    std::string_view why;  // for a person, when refused
    std::string_view method, target;
    bool chunked = false, has_length = false, expects_continue = false, keep_alive = true;
    bool old = false;  // HTTP/1.0
    std::uint64_t content_length = 0;
    bool has_body() const { return chunked || content_length > 0; }
};
/// `block`: from the method to the blank line, both included. Source: RFC 9112, sections 2 to 7
/// and 11.2.
Head check_head(std::string_view block);

/// Takes a chunked body apart, in pieces of any size. Extensions and trailers are counted and
/// dropped.
class ChunkDecoder {
public:
    enum class Step { need_more, data, end, bad };
    /// Takes bytes off the front of `bytes`. data: `piece` is part of what was `bytes`.
    /// need_more: all bytes are taken. end: what is left belongs to the next request.
    Step next(std::string_view& bytes, std::string_view& piece);

private:
    enum class State {
        size_first,
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        line_first,
        line,
        line_lf,
        end_lf,
        done,
        bad
    };
    State on(char c);
    State on_size(char c);
    State on_line(char c);
    State size_read();
    State state_ = State::size_first;
    std::uint64_t left_ = 0;
    int digits_ = 0;
    std::size_t extra_ = 0;  // bytes of extensions and trailers so far
};

}  // namespace gw::net
