// From the class of a reply to what the engine must do.
#include "connectors/kit/outcome.hpp"

#include "connectors/kit/envelope.hpp"
#include "connectors/kit/peer.hpp"

namespace gw::connector_kit {
namespace {

using core::Advice;
using core::Blame;
using mapping::ReplyClass;

/// The sentence when the table has none.
std::string_view default_sentence(ReplyClass meaning) {
    switch (meaning) {
        case ReplyClass::ok:
            return "Đối tác đã nhận.";
        case ReplyClass::already:
            return "Đối tác đã có nội dung này từ trước.";
        case ReplyClass::not_found:
            return "Đối tác không có hồ sơ này.";
        case ReplyClass::reauth:
            return "Phiên đăng nhập với đối tác đã hết hạn.";
        case ReplyClass::throttled:
            return "Đối tác yêu cầu gửi chậm lại. Hệ thống sẽ tự gửi lại.";
        case ReplyClass::retry:
            return "Hệ thống đối tác tạm thời không xử lý được. Hệ thống sẽ tự gửi lại.";
        case ReplyClass::reject:
            return "Đối tác từ chối nội dung. Xem trả lời của đối tác, sửa hồ sơ rồi gửi lại.";
        case ReplyClass::dead:
            return "Đối tác không thể nhận nội dung này ở trạng thái hiện tại của hồ sơ.";
        case ReplyClass::unknown_outcome:
            return "Chưa rõ đối tác đã xử lý hay chưa; sẽ tra cứu trước khi gửi lại.";
        case ReplyClass::hold:
            return "Cần cán bộ xem trả lời của đối tác và quyết định.";
    }
    return "";
}

}  // namespace

Verdict verdict_of_transport(
    std::string_view partner,
    Seen seen,
    Kind kind,
    const ports::HttpResult& result,
    std::span<const TransportRule> own
) {
    Verdict v;
    v.seen = seen;
    v.meaning = meaning_of(seen, kind, own);
    v.ours = is_ours(seen);
    v.code = std::string(partner) + "." + (v.ours ? "configuration" : std::string(to_word(seen)));
    if (seen == Seen::our_certificate) v.code = std::string(partner) + ".credential";
    v.sentence = sentence_vi(seen);
    if (!result.ok && seen == Seen::not_sent && is_unknown_certificate(result.failure)) {
        v.code = std::string(partner) + std::string(unknown_certificate_code);
        v.sentence = unknown_certificate_vi;
    }
    v.answer = evidence(result.response.body);
    if (result.ok) v.retry_after = retry_after(result.response);
    if (result.ok && !v.retry_after &&
        !ports::header(result.response.headers, "Retry-After").empty())
        v.sentence += " Retry-After của đối tác không dùng được nên bị bỏ qua.";
    if (seen != Seen::throttled) v.retry_after.reset();
    return v;
}

Verdict verdict_of_reply(
    std::string_view partner,
    const mapping::Answers& answers,
    std::string_view service,
    std::string_view code,
    std::string_view text
) {
    const mapping::Meaning meaning = answers.classify(service, code, text);
    Verdict v;
    v.meaning = meaning.meaning;
    v.code = std::string(partner) + "." + std::string(mapping::to_word(meaning.meaning));
    for (char& c : v.code) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    v.sentence = default_sentence(meaning.meaning);
    if (meaning.row != nullptr) {
        if (!meaning.row->name.empty()) v.code = meaning.row->name;
        if (!meaning.row->sentence_vi.empty()) v.sentence = meaning.row->sentence_vi;
        v.flag = meaning.row->flag;
        v.field = meaning.row->field;
    } else if (meaning.meaning != ReplyClass::ok) {
        v.code = std::string(partner) + ".text_unrecognised";
    }
    if (meaning.text_unrecognised) v.flag = "text_unrecognised";
    return v;
}

core::Error error_of(const Verdict& v) {
    core::Error e(Advice::hold, Blame::partner, v.code, v.sentence);
    e.answer = v.answer;
    switch (v.meaning) {
        case ReplyClass::reauth:
            e.advice = Advice::retry;
            e.blame = Blame::ours;
            break;
        case ReplyClass::throttled:
        case ReplyClass::retry:
            e.advice = Advice::retry;
            e.retry_after = v.retry_after;
            if (v.ours) e.blame = Blame::ours;
            break;
        case ReplyClass::reject:
            // Our configuration is no fault of the message: nothing goes to quarantine, the route
            // is parked.
            e.advice = v.ours ? Advice::retry : Advice::give_up;
            e.blame = v.ours ? Blame::ours : Blame::message;
            break;
        case ReplyClass::dead:
            e.advice = Advice::give_up;
            e.blame = Blame::message;
            break;
        case ReplyClass::unknown_outcome:
            e.advice = Advice::enquire;
            break;
        case ReplyClass::ok:
        case ReplyClass::already:
        case ReplyClass::not_found:
        case ReplyClass::hold:
            break;
    }
    return e;
}

core::Result<core::Receipt> outcome_of(const Verdict& v) {
    if (v.meaning != ReplyClass::ok && v.meaning != ReplyClass::already) return error_of(v);
    core::Receipt receipt;
    receipt.already_there = v.meaning == ReplyClass::already;
    receipt.answer = v.answer;
    receipt.flag = v.flag;
    return receipt;
}

}  // namespace gw::connector_kit
