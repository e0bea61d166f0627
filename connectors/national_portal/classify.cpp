// What an answer of the portal means for a leg.
#include "connectors/national_portal/classify.hpp"

#include "connectors/kit/text.hpp"

#include <algorithm>
#include <charconv>

namespace gw::national_portal {
namespace {

using connector_kit::Kind;
using connector_kit::Seen;
using core::Advice;
using core::Blame;
using core::Document;
using mapping::ReplyClass;
using enum mapping::ReplyClass;

/// Dossier packets are repeatable by their code, progress lines are not (NP-25).
constexpr connector_kit::TransportRule own_rules[] = {
    //                  R      A      B      C
    {Seen::empty, retry, retry, retry, unknown_outcome},
    {Seen::html, retry, retry, retry, unknown_outcome},
};

bool is_unreadable(Seen seen) {
    return seen == Seen::empty || seen == Seen::html;
}

core::Error held(std::string_view code, std::string_view sentence, const Verdict& verdict) {
    core::Error e(
        Advice::hold, Blame::message, "national_portal." + std::string(code), std::string(sentence)
    );
    e.answer = verdict.answer;
    return e;
}

/// Again at once with another `isUpdating`; the note says why and guards against going round
/// (NP-33, 6).
core::Error switch_over(
    std::string_view code, std::string_view sentence, const LaneMemory& memory, const Verdict& v
) {
    core::Error e(
        Advice::retry, Blame::message, "national_portal." + std::string(code), std::string(sentence)
    );
    e.retry_after = core::Duration(0);
    e.lane_note = write_memory(memory);
    e.answer = v.answer;
    return e;
}

core::Result<core::Receipt> done(const Push& push, const Verdict& v) {
    LaneMemory memory = push.memory;
    memory.unreadable = memory.lines = 0;
    memory.update_leg = memory.create_leg = 0;
    if (push.is_packet) {
        memory.known = true;
        if (push.status != 0) memory.status = push.status;
    }
    if (push.is_progress && push.lines_left > 0) {
        memory.lines_leg = core::raw(push.leg);
        memory.lines = push.lines_before + push.lines_sent;
        return switch_over(
            "next_lines", "Đã nhận một phần dòng tiến độ; gửi tiếp phần còn lại.", memory, v
        );
    }
    core::Receipt receipt;
    receipt.already_there = v.meaning == already;
    receipt.answer = v.answer;
    receipt.flag = v.flag;
    receipt.lane_note = write_memory(memory);
    return receipt;
}

core::Result<core::Receipt> already_there(const Push& push, const Verdict& v) {
    if (!push.is_packet) return done(push, v);
    LaneMemory memory = push.memory;
    if (!push.is_update && memory.update_leg != core::raw(push.leg)) {
        memory.known = true;
        memory.update_leg = core::raw(push.leg);
        return switch_over(
            "already_exists", "Cổng đã có hồ sơ này; gửi lại dưới dạng cập nhật.", memory, v
        );
    }
    if (v.flag == "partner_ahead") return done(push, v);
    return held(
        "contradiction",
        "Cổng báo hồ sơ đã tồn tại cả khi gửi cập nhật. Cần cán bộ đối chiếu hồ sơ trên Cổng.",
        v
    );
}

core::Result<core::Receipt> unreadable(const Push& push, const Verdict& v) {
    core::Error e = connector_kit::error_of(v);
    LaneMemory memory = push.memory;
    const int before = memory.unreadable_of(push.leg);
    if (before >= push.unreadable_max) {
        e.advice = Advice::hold;
        e.retry_after.reset();
        e.what += " Đã lặp lại nhiều lần; cần kiểm tra đường truyền tới Cổng.";
        return e;
    }
    memory.unreadable_leg = core::raw(push.leg);
    memory.unreadable = before + 1;
    e.lane_note = write_memory(memory);
    return e;
}

int status_in(const Document& item) {
    const Document* value = item.find_ignoring_case("TrangThaiHoSo");
    if (value == nullptr) value = item.find_ignoring_case("TrangThai");
    if (value == nullptr) return 0;
    const std::string& text = value->as_text();
    int status = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), status);
    const bool whole = ec == std::errc() && end == text.data() + text.size();
    return whole && status >= 1 && status <= 10 ? status : 0;
}

/// A list whose items are progress lines, wherever the answer keeps it; also an empty list with a
/// telling name.
const std::vector<Document>* lines_in(const Document& item) {
    for (const auto& member : item.members()) {
        if (!member.value.is_list()) continue;
        const auto& items = member.value.items();
        if (items.empty()) {
            if (member.name.find("TienDo") != member.name.npos) return &items;
        } else if (items.front().find_ignoring_case("ThoiDiemXuLy") != nullptr) {
            return &items;
        }
    }
    return nullptr;
}

std::string field(const Document& object, std::string_view name) {
    const Document* value = object.find_ignoring_case(name);
    return value == nullptr ? std::string() : value->as_text();
}

bool same_line(const Document& sent, const Document& shown) {
    for (const auto name : {"ThoiDiemXuLy", "TrangThai", "NoiDungXuLy"}) {
        const Document* there = shown.find_ignoring_case(name);
        if (there != nullptr && there->as_text() != field(sent, name)) return false;
    }
    return shown.find_ignoring_case("ThoiDiemXuLy") != nullptr;
}

core::Found compare_lines(const LookUp& look_up, const std::vector<Document>& sent) {
    if (look_up.answer == LookUp::Answer::none) return core::Found::not_found;
    if (look_up.answer == LookUp::Answer::unreadable || !look_up.lines)
        return core::Found::cannot_tell;
    const auto shown = [&look_up](const Document& line) {
        return std::any_of(
            look_up.lines->begin(),
            look_up.lines->end(),
            [&line](const Document& there) { return same_line(line, there); }
        );
    };
    const auto count = std::count_if(sent.begin(), sent.end(), shown);
    if (count == static_cast<std::ptrdiff_t>(sent.size())) return core::Found::done;
    // Some but not all of one call: nobody knows what the portal did; a person compares.
    return count == 0 ? core::Found::not_found : core::Found::different;
}

core::Found compare_packet(const Push& push, const LookUp& look_up) {
    if (look_up.answer == LookUp::Answer::none) return core::Found::not_found;
    if (look_up.answer == LookUp::Answer::unreadable || look_up.status == 0)
        return core::Found::cannot_tell;
    // The status proves this packet only when the portal cannot have had it before: what it had is
    // known, or it was to be created, and nothing but the packet said it.
    if (look_up.status != push.status) return core::Found::different;
    const LaneMemory& memory = push.memory;
    if (memory.status != 0)
        return memory.status != push.status && !push.told_before ? core::Found::done
                                                                 : core::Found::different;
    if (!push.is_update) return core::Found::done;
    // The first packet of a dossier filed there: the day of reception comes with packets only.
    const bool first = push.told_before && !memory.known && !push.received_at.empty();
    return first && look_up.received_at == push.received_at ? core::Found::done
                                                            : core::Found::different;
}

}  // namespace

std::span<const connector_kit::TransportRule> portal_rules() {
    return own_rules;
}

Reading read_answer(
    const Options& options,
    const mapping::Answers& answers,
    const Call& call,
    const ports::HttpResult& result
) {
    return connector_kit::read_json_answer(
        options.partner, options.envelope, answers, call, result, own_rules
    );
}

std::optional<core::Result<core::Receipt>> conclude(const Push& push, const Verdict& v) {
    switch (v.meaning) {
        case ok:
            return done(push, v);
        case already:
            return already_there(push, v);
        case not_found:
            if (push.is_packet && push.is_update) return std::nullopt;
            return core::Result<core::Receipt>(held(
                "not_found",
                "Cổng không có hồ sơ mà nội dung này thuộc về. Cần cán bộ đối chiếu trên Cổng.",
                v
            ));
        default:
            break;
    }
    if (v.meaning == ReplyClass::retry && is_unreadable(v.seen)) return unreadable(push, v);
    core::Error e = connector_kit::error_of(v);
    if (e.advice == Advice::retry && push.memory.unreadable > 0) {
        LaneMemory memory = push.memory;
        memory.unreadable = 0;  // "second time" means in a row
        e.lane_note = write_memory(memory);
    }
    return core::Result<core::Receipt>(std::move(e));
}

LookUp read_look_up(const Document& result, std::string_view code) {
    LookUp out;
    if (connector_kit::is_empty(result)) {
        out.answer = LookUp::Answer::none;
        return out;
    }
    const Document* item = &result;
    if (item->is_object() && item->find_ignoring_case("data") != nullptr)
        item = item->find_ignoring_case("data");
    if (item->is_list()) {
        const auto same =
            std::find_if(item->items().begin(), item->items().end(), [code](const Document& row) {
                return field(row, "MaHoSo") == code;
            });
        if (same == item->items().end()) return out;
        item = &*same;
    }
    if (connector_kit::is_empty(*item)) {
        out.answer = LookUp::Answer::none;
        return out;
    }
    if (!item->is_object() || field(*item, "MaHoSo") != code) return out;
    out.answer = LookUp::Answer::found;
    out.status = status_in(*item);
    out.received_at = field(*item, "NgayTiepNhan");
    if (const auto* lines = lines_in(*item)) out.lines = *lines;
    return out;
}

std::optional<bool> denies(const Reading& reading, std::string_view code) {
    if (reading.verdict.seen != Seen::readable) return std::nullopt;
    switch (reading.verdict.meaning) {
        case ok:
            return read_look_up(reading.result, code).answer == LookUp::Answer::none;
        case already:
            return false;
        case not_found:
        case reject:
        case dead:
        case unknown_outcome:
            return true;
        default:
            break;
    }
    // A read whose text nobody knows is asked again; here it was an answer.
    if (reading.verdict.code.ends_with(".text_unrecognised")) return true;
    return std::nullopt;
}

core::Result<core::Receipt> after_look_up(
    const Push& push, const Verdict& v, const LookUp& look_up
) {
    LaneMemory memory = push.memory;
    if (look_up.answer == LookUp::Answer::none && memory.create_leg != core::raw(push.leg)) {
        memory.known = false;
        memory.create_leg = core::raw(push.leg);
        return switch_over(
            "not_found", "Cổng không còn hồ sơ này; gửi lại dưới dạng tạo mới.", memory, v
        );
    }
    return held(
        "contradiction",
        "Cổng báo không có hồ sơ khi cập nhật, nhưng tra cứu lại không xác nhận điều đó. Cần cán "
        "bộ đối chiếu.",
        v
    );
}

core::Error not_imported(const Push& push) {
    LaneMemory memory = push.memory;
    memory.known = false;
    return switch_over(
        "not_imported",
        "Cổng chưa có hồ sơ tiếp quản này; gửi dưới dạng tạo mới.",
        memory,
        Verdict()
    );
}

core::Enquiry compare(const Push& push, const LookUp& look_up, const std::vector<Document>& lines) {
    core::Enquiry enquiry;
    enquiry.found =
        push.is_progress ? compare_lines(look_up, lines) : compare_packet(push, look_up);
    LaneMemory memory = push.memory;
    memory.unreadable = 0;
    if (push.is_packet && look_up.answer == LookUp::Answer::found) memory.known = true;
    if (enquiry.found == core::Found::done) {
        if (push.is_packet) memory.status = push.status;
        memory.update_leg = memory.create_leg = 0;
        memory.lines = 0;
        if (push.is_progress && push.lines_left > 0) {
            // The chunk is there, the leg is not done: send the rest.
            memory.lines_leg = core::raw(push.leg);
            memory.lines = push.lines_before + push.lines_sent;
            enquiry.found = core::Found::different;
        }
    }
    enquiry.receipt.already_there = enquiry.found == core::Found::done;
    enquiry.receipt.answer = look_up.evidence;
    enquiry.receipt.lane_note = write_memory(memory);
    return enquiry;
}

}  // namespace gw::national_portal
