// Waybill numbers and what an import of printed ones must be.
#include "gateway/core/waybill.hpp"

#include "gateway/core/parcel.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace gw::core {

namespace {

constexpr std::chrono::days rest{365};  // PO-16
constexpr std::size_t length_max = 30;

bool is_number(std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    });
    return plain && !text.empty() && text.size() <= length_max;
}

Problem wrong(std::string_view pointer, const std::string& number) {
    Problem problem("validation.failed");
    problem.findings.emplace_back(
        std::string(pointer), "field.format", std::vector<std::string>{number, "EA123456785VN"}
    );
    return problem;
}

/// "" when the number may be imported, else why not (PO-14).
bool is_good(std::string_view number) {
    return is_number(number) && check_s10(number) != false;
}

struct Tail {
    std::size_t from = 0, digits = 0;
    std::uint64_t value = 0;
    bool s10 = false;
};
/// The digits that count: the serial of S10, or those at the end.
Tail tail_of(std::string_view number) {
    Tail tail;
    tail.s10 = check_s10(number).has_value();
    if (tail.s10) {
        tail.from = 2;
        tail.digits = 8;
    } else {
        tail.from = number.size();
        while (tail.from > 0 && number[tail.from - 1] >= '0' && number[tail.from - 1] <= '9' &&
               tail.digits < 15) {
            --tail.from;
            ++tail.digits;
        }
    }
    std::from_chars(number.data() + tail.from, number.data() + tail.from + tail.digits, tail.value);
    return tail;
}

std::string with_serial(std::string number, const Tail& tail, std::uint64_t value) {
    std::string digits = std::to_string(value);
    digits.insert(0, tail.digits - digits.size(), '0');
    number.replace(tail.from, tail.digits, digits);
    if (tail.s10)
        for (const char c : std::string_view("0123456789")) {
            number[10] = c;
            if (check_s10(number) == true) break;
        }
    return number;
}

std::variant<std::vector<std::string>, Problem> range(
    const std::string& first, const std::string& last
) {
    if (!is_good(first)) return wrong("/first", first);
    if (!is_good(last) || last.size() != first.size()) return wrong("/last", last);
    const Tail a = tail_of(first), b = tail_of(last);
    const bool alike = a.s10 == b.s10 && a.from == b.from && a.digits > 0 &&
                       first.substr(0, a.from) == last.substr(0, b.from) &&
                       (!a.s10 || first.substr(11) == last.substr(11));
    if (!alike || b.value < a.value || b.value - a.value >= waybills_of_import_max)
        return wrong("/last", last);
    std::vector<std::string> numbers;
    for (std::uint64_t n = a.value; n <= b.value; ++n) numbers.push_back(with_serial(first, a, n));
    return numbers;
}

}  // namespace

std::string stock_name(std::string_view carrier, std::string_view unit) {
    return std::string(carrier) + "/" + std::string(unit);
}

bool may_take(const Object& waybill, Instant now) {
    if (waybill.state == "free") return true;
    return waybill.state != "void" && waybill.state != "reserved" &&
           now - waybill.updated_at >= rest;
}

ObjectDraft waybill_draft(
    std::string number,
    std::string state,
    const std::string& delivery,
    const std::string& stock,
    std::int64_t version
) {
    ObjectDraft draft;
    draft.kind = waybill_kind;
    draft.id = std::move(number);
    draft.state = std::move(state);
    draft.ref = stock;
    draft.body = Document::object();
    if (!delivery.empty()) draft.body.set("delivery_id", Document::text(delivery));
    draft.expected_version = version;
    return draft;
}

std::variant<std::vector<std::string>, Problem> waybills_of_import(const Document& request) {
    const Document* list = request.find("numbers");
    if (list == nullptr) return range(request.text_of("first"), request.text_of("last"));
    if (!list->is_list() || list->size() == 0 || list->size() > waybills_of_import_max)
        return wrong("/numbers", std::to_string(list->size()));
    std::vector<std::string> numbers;
    std::set<std::string> seen;
    for (const Document& item : list->items()) {
        const std::string pointer = "/numbers/" + std::to_string(numbers.size());
        if (!is_good(item.as_text()) || !seen.insert(item.as_text()).second)
            return wrong(pointer, item.as_text());
        numbers.push_back(item.as_text());
    }
    return numbers;
}

}  // namespace gw::core
