// Each script is a list; "returned" is what happens after three attempts, "refused" at once.
#include "simulators/vnpost/journeys.hpp"

#include "simulators/vnpost/held.hpp"

#include <map>

namespace sim::vnpost {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Steps = std::vector<Step>;

constexpr const char* absent = "Người nhận vắng nhà, hẹn phát lại";

/// From the order to the sorting office, then what comes after.
Steps from_order(Steps rest = {}) {
    Steps out{
        {minutes(0), new_order, "", false},
        {minutes(15), waiting, "", false},
        {hours(3), picked_up, "Đã kiểm tra và niêm phong", false},
        {hours(4), in_transit, "Đến bưu cục khai thác", false}};
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
}
Step goes_out(core::Duration after) {
    return {after, out_for_delivery, "Bưu tá đang đi phát", true};
}
Step fails(const char* why) {
    return {hours(2), not_delivered, why, true};
}
const Step signed_for{hours(2), delivered, "Người nhận ký", true};
const Step turns_back{hours(4), returning, "Chuyển hoàn về nơi gửi", true};
const Step is_back{hours(24), returned, "Nơi gửi đã nhận lại", false};

std::map<std::string_view, Steps> all() {
    auto first = goes_out(hours(14)), again = goes_out(hours(22));
    auto no = fails(absent);
    Steps by_post{
        {minutes(0), new_order, "", false},
        {minutes(15), waiting, "", false},
        {hours(6), cancelled, "Bưu điện hủy: không liên hệ được nơi gửi", false}};
    return {
        {"normal", from_order({first, signed_for})},
        {"skips",
         {{minutes(0), new_order, "", false}, {hours(5), picked_up, "", false}, signed_for}},
        {"failed_once", from_order({first, no, again, signed_for})},
        {"failed_twice",
         from_order({first, no, again, fails("Sai số điện thoại"), again, signed_for})},
        {"returned",
         from_order({first, no, again, no, again, fails("Hết số lần phát"), turns_back, is_back})},
        {"refused", from_order({first, fails("Người nhận từ chối nhận"), turns_back, is_back})},
        {"lost", from_order()},
        {"never_picked_up", {by_post[0], by_post[1]}},
        {"cancelled_by_post", by_post}};
}

const std::map<std::string_view, Steps>& scripts() {
    static const auto table = all();
    return table;
}

}  // namespace

const std::vector<Step>& journey(std::string_view name) {
    static const Steps none;
    auto it = scripts().find(name);
    return it == scripts().end() ? none : it->second;
}

std::vector<std::string> journey_names() {
    std::vector<std::string> out;
    for (const auto& [name, steps] : scripts()) out.emplace_back(name);
    return out;
}

}  // namespace sim::vnpost
