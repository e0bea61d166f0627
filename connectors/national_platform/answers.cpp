// What the national payment platform says: answers and notices.
#include "connectors/kit/outcome.hpp"
#include "connectors/kit/payments.hpp"
#include "connectors/national_platform/codec.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>
#include <array>

namespace gw::national_platform {

namespace {

using core::Advice;
using core::Blame;
using core::Document;
using mapping::ReplyClass;

constexpr std::array<const char*, 10> notice_fields{
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich"};

/// Whole VND (PY-1); nullopt: sign, fraction, separator, leading zero.
std::optional<std::int64_t> read_amount(const std::string& text) {
    if (text.empty() || text.size() > 13 || text.find_first_not_of("0123456789") != text.npos ||
        (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    return std::stoll(text);
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

/// Host of "https://host:port/…" in lower case; "" when it is anything else or hides something.
std::string host_of(std::string_view url, std::string_view scheme) {
    if (lower_case(url.substr(0, scheme.size())) != scheme) return {};
    for (const char c : url)
        if (c <= ' ' || c == '\\' || c == '\x7f') return {};
    const auto rest = url.substr(scheme.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != authority.npos) return {};
    return lower_case(authority.substr(0, authority.find(':')));
}

void put(Document& says, const char* name, const std::string& value) {
    if (!value.empty()) says.set(name, Document::text(value));
}

/// Amount and currency as stated; an amount that is none is nobody's amount: 0 equals no payment.
void put_money(Document& says, const Document& words) {
    const std::string amount = words.text_of("SoTien"), currency = words.text_of("MaTienTe");
    if (!amount.empty()) says.set("amount", Document::number(read_amount(amount).value_or(0)));
    put(says, "currency", currency);
    put(says, "provider_transaction", words.text_of("MaGiaoDich"));
}

core::Error not_proved(std::string_view what) {
    return core::Error(
        Advice::enquire, Blame::partner, "national_platform.init_unknown", std::string(what)
    );
}

Document failed(const Options& options, const std::string& reason, const std::string& code) {
    Document says = connector_kit::payment_says(options.partner, "init", "failed");
    put(says, "reason", reason);
    put(says, "code", code);
    return says;
}

/// Answered by a reference that may go into our own signed text.
std::string plain_word(const std::string& text) {
    const bool plain = text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                                  (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
                       });
    return plain ? text : "";
}

bool same_hash(
    const std::vector<std::string>& values, const std::string& secret, const std::string& given
) {
    const auto wanted = sign(values, secret);
    return wanted && crypto::equal_constant_time(*wanted, given);
}

}  // namespace

Document platform_words(std::string_view body, connector_kit::Envelope envelope) {
    const auto json = formats::read_json(body, {1 << 20, 32, 1'000});
    if (!json) return {};
    const auto is_own = [](const Document& d) {
        return d.is_object() && (d.find("MaLoi") != nullptr || d.find("UrlBienLai") != nullptr);
    };
    if (is_own(*json)) return *json;
    const auto unwrapped = connector_kit::unwrap(*json, envelope);
    if (!unwrapped || unwrapped->proxy_error || !is_own(unwrapped->result)) return {};
    return unwrapped->result;
}

Begun read_begun(
    const Options& options,
    const mapping::Answers& answers,
    const Document& payment,
    const ports::HttpResult& result
) {
    using connector_kit::Kind;
    Begun begun;
    const auto seen = connector_kit::observe(result);
    if (seen != connector_kit::Seen::readable) {
        begun.error = connector_kit::error_of(
            connector_kit::verdict_of_transport(options.partner, seen, Kind::once, result)
        );
        return begun;
    }
    const Document words = platform_words(result.response.body, options.envelope);
    const std::string code = words.text_of("MaLoi");
    if (code.empty()) {
        begun.error = not_proved("Trả lời không phải của nền tảng thanh toán; hỏi lại trước.");
        return begun;
    }
    const auto meaning = answers.classify("INIT", code, words.text_of("MoTaLoi"));
    if (meaning.meaning == ReplyClass::reject) {
        begun.refused = true;
        const auto& name = meaning.row->name;
        begun.says = failed(options, name.substr(name.find('.') + 1), code);
        return begun;
    }
    if (meaning.meaning != ReplyClass::ok) {
        begun.error = not_proved(
            meaning.row == nullptr ? "Chưa rõ kết quả khởi tạo giao dịch; hỏi lại trước."
                                   : meaning.row->sentence_vi
        );
        return begun;
    }
    const std::string page = words.text_of("UrlThanhToan");
    if (!is_allowed_page(page, options.checkout_hosts)) {
        begun.refused = true;
        begun.says = failed(options, "checkout_refused", code);
        return begun;
    }
    Document checkout = Document::object();
    checkout.set("url", Document::text(page));
    checkout.set("expires_at", Document::text(payment.text_of("expires_at")));
    begun.says = connector_kit::payment_says(options.partner, "init", "pending");
    begun.says.set("checkout", std::move(checkout));
    return begun;
}

Document read_state(
    const Options& options,
    const mapping::Answers& answers,
    const Document& payment,
    const Document& words
) {
    const std::string code = words.text_of("MaLoi");
    if (code.empty()) return {};
    const auto meaning = answers.classify("QUERY", code, words.text_of("MoTaLoi"));
    Document says = Document::object();
    if (meaning.meaning == ReplyClass::not_found) {
        put(says, "state", "unknown_reference");
        put(says, "code", code);
        says.set("believed_after_ms", Document::number(options.unknown_after.count()));
        return says;
    }
    const std::string reference = words.text_of("MaThamChieu");
    const bool other = !reference.empty() && reference != payment.text_of("reference");
    if (meaning.meaning != ReplyClass::ok || other) return {};
    const std::string state = words.text_of("TrangThaiGD");
    if (state == "1")
        put(says, "state", "paid");
    else if (state == "3")
        put(says, "state", "pending");
    else if (state == "4")
        put(says, "state", "failed");
    else
        return {};
    if (state == "4") put(says, "reason", "provider_failed");
    put(says, "code", code + "/" + state);
    put_money(says, words);
    if (const Document* merchant = words.find("MaDoiTac"))
        says.set("merchant_ok", Document::boolean(merchant->as_text() == options.merchant));
    // Some repeat the time of INIT: that is not when it was paid.
    const std::string at = words.text_of("ThoiGianGD");
    const auto paid_at = core::parse_compact(at);
    if (paid_at && at != payment.text_of("started_at")) put(says, "at", core::to_rfc3339(*paid_at));
    return says;
}

bool is_allowed_page(std::string_view url, const std::vector<std::string>& hosts) {
    const std::string host = host_of(url, "https://");
    return !host.empty() && url.size() <= 2000 &&
           std::any_of(hosts.begin(), hosts.end(), [&host](const std::string& allowed) {
               return lower_case(allowed) == host;
           });
}

bool is_allowed_bill(const Options& options, std::string_view url) {
    if (is_allowed_page(url, options.bill_hosts)) return true;
    for (const std::string_view scheme : {"https://", "http://"}) {
        const std::string own = host_of(options.url, scheme);
        if (!own.empty() && url.size() <= 2000 && host_of(url, scheme) == own) return true;
    }
    return false;
}

Notice read_notice(const Options& options, std::string_view body) {
    Notice notice;
    const auto json = formats::read_json(body, {64 << 10, 16, 200});
    if (!json || !json->is_object()) return notice;
    std::vector<std::string> values;
    for (const char* name : notice_fields) {
        const Document* value = json->find(name);
        if (value == nullptr || !(value->is_text() || value->is_number())) return notice;
        values.push_back(value->as_text());
    }
    const Document* given = json->find("MaXacThuc");
    if (given == nullptr || !given->is_text()) return notice;
    notice.readable = true;
    notice.hash = given->as_text();
    notice.reference = json->text_of("MaThamChieu");
    notice.verified = same_hash(values, options.secret, notice.hash);
    if (!options.old_secret.empty())
        notice.verified |= same_hash(values, options.old_secret, notice.hash);
    notice.ours = json->text_of("MaDoiTac") == options.merchant;
    const std::string code = json->text_of("MaLoi");
    for (const char* name : {"MaLoi", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich"})
        notice.decisive += json->text_of(name) + "|";
    const std::string number = json->text_of("MaGiaoDich");
    notice.key =
        "ipn:" + (number.empty() ? crypto::to_hex(crypto::sha256(notice.decisive)) : number) + ":" +
        code;
    // An error notice is weaker than a query: it is undecided until QUERY says 4 (5.2).
    notice.says = Document::object();
    put(notice.says, "state", code == "00" ? "paid" : "pending");
    if (code != "00") notice.says.set("failure", Document::boolean(true));
    put(notice.says, "code", code);
    put_money(notice.says, *json);
    if (notice.says.find("amount") == nullptr) notice.says.set("amount", Document::number(0));
    if (notice.says.find("currency") == nullptr)
        notice.says.set("currency", Document::text("none"));
    notice.says.set("merchant_ok", Document::boolean(notice.ours));
    if (const auto at = core::parse_compact(json->text_of("ThoiGianGD")))
        put(notice.says, "at", core::to_rfc3339(*at));
    return notice;
}

std::string notice_reply(
    const Options& options,
    std::string_view code,
    std::string_view text,
    const Notice& notice,
    core::Instant now
) {
    const std::vector<std::string> values{
        std::string(code),
        std::string(text),
        options.merchant,
        plain_word(notice.reference),
        core::to_compact(now)};
    const char* names[] = {"MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"};
    Document body = Document::object();
    for (std::size_t i = 0; i < values.size(); ++i) body.set(names[i], Document::text(values[i]));
    const std::string hash =
        options.echo_answer_hash ? notice.hash : sign(values, options.secret).value_or("");
    body.set("MaXacThuc", Document::text(hash));
    return formats::write_json(body);
}

}  // namespace gw::national_platform
