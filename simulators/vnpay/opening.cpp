// The payment address: what is refused, and the payment that begins.
#include "simulators/vnpay/views.hpp"

#include <algorithm>

namespace sim::vnpay {
namespace {

bool digits(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool within(const std::string& text, std::size_t least, std::size_t most) {
    auto n = kit::is_utf8(text) ? kit::code_points(text) : text.size() + most;
    return n >= least && n <= most;
}

std::string value(const Fields& f, const char* name) {
    auto it = f.find(name);
    return it == f.end() ? std::string() : it->second;
}

struct Length {
    const char* name;
    std::size_t least, most;
};
constexpr Length lengths[] = {
    {"vnp_TxnRef", 1, 100},
    {"vnp_OrderInfo", 1, 255},
    {"vnp_OrderType", 1, 100},
    {"vnp_ReturnUrl", 10, 255},
    {"vnp_IpAddr", 7, 45}};

/// At most 12 digits, a whole number of dong × 100.
bool good_amount(const std::string& text) {
    return digits(text) && text.size() <= 12 && text.size() > 2 && text.front() != '0' &&
           text.ends_with("00");
}

Payment begin(World& w, const Fields& f, core::Instant now) {
    Payment p;
    p.reference = value(f, "vnp_TxnRef");
    p.terminal = value(f, "vnp_TmnCode");
    p.text = value(f, "vnp_OrderInfo");
    p.ip = value(f, "vnp_IpAddr");
    p.locale = value(f, "vnp_Locale");
    p.return_url = value(f, "vnp_ReturnUrl");
    p.bank = value(f, "vnp_BankCode");
    if (p.bank.empty() || p.bank == "VNBANK" || p.bank == "INTCARD") p.bank = w.options.bank;
    p.started = value(f, "vnp_CreateDate");
    p.hash = kit::lower_ascii(value(f, "vnp_SecureHash"));
    p.amount = std::stoll(value(f, "vnp_Amount")) / 100;
    p.created = p.changed = now;
    auto ends = kit::from_compact_time(value(f, "vnp_ExpireDate"));
    p.expires = ends ? *ends : now + w.options.checkout_life;
    p.token = w.token();
    return p;
}

}  // namespace

std::string_view error_words(std::string_view code) {
    if (code == "70") return "Sai chữ ký";
    if (code == "71") return "Website này chưa được phê duyệt";
    if (code == "15") return "Giao dịch đã quá thời gian chờ thanh toán";
    if (code == "01") return "Mã tham chiếu đã được dùng trong ngày";
    return "Dữ liệu gửi sang không đúng định dạng";
}

std::string check_parameters(const Fields& f, const Options& o, core::Instant now) {
    // The return address becomes a header: no line may end in it.
    auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    for (const auto& [name, text] : f)
        if (std::ranges::any_of(text, control)) return "03";
    if (value(f, "vnp_Version") != o.version || value(f, "vnp_Command") != "pay") return "03";
    if (!good_amount(value(f, "vnp_Amount")) || value(f, "vnp_CurrCode") != "VND") return "03";
    for (const auto& l : lengths)
        if (!within(value(f, l.name), l.least, l.most)) return "03";
    auto locale = value(f, "vnp_Locale");
    if (locale != "vn" && locale != "en") return "03";
    if (!kit::from_compact_time(value(f, "vnp_CreateDate"))) return "03";
    auto url = value(f, "vnp_ReturnUrl");
    if (!url.starts_with("http://") && !url.starts_with("https://")) return "03";
    auto bank = value(f, "vnp_BankCode");
    if (!bank.empty() && !within(bank, 3, 20)) return "03";
    auto ends = value(f, "vnp_ExpireDate");
    if (ends.empty()) return {};
    auto at = kit::from_compact_time(ends);
    if (!at) return "03";
    return *at <= now ? "15" : "";
}

Opened open_payment(World& w, std::string_view query, core::Instant now) {
    Opened out;
    auto f = read_query(query);
    const auto* m = w.merchant(value(f, "vnp_TmnCode"));
    if (m == nullptr)
        out.error = "71";
    else if (!good_query(query, m->secret))
        out.error = "70";
    auto reference = value(f, "vnp_TxnRef"), started = value(f, "vnp_CreateDate");
    // The address may be opened again, also when the payment has ended: its page says how.
    auto* known = w.find(reference);
    if (known && known->started.substr(0, 8) != started.substr(0, 8))
        known = w.find(reference + "@" + started.substr(0, 8));
    bool same = known && known->hash == kit::lower_ascii(value(f, "vnp_SecureHash"));
    if (out.error.empty() && known && !same) out.error = "01";
    if (out.error.empty() && !known) out.error = check_parameters(f, w.options, now);
    if (!out.error.empty()) {
        ++w.refused_openings;
        return out;
    }
    if (known)
        out.key = known->key;
    else
        out.key = w.find(reference) ? reference + "@" + started.substr(0, 8) : reference;
    if (!known) {
        auto p = begin(w, f, now);
        p.key = out.key;
        w.by_token[p.token] = out.key;
        known = &(w.held[out.key] = std::move(p));
        w.plan(*known, now);
    }
    ++known->opened;
    return out;
}

}  // namespace sim::vnpay
