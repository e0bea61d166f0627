// The options of the state folder's disk: who is still served when it fills, and what leaves it
// when.
#include "gateway/app/options.hpp"

namespace gw::app {

std::vector<OptionRow> disk_options() {
    using enum OptionType;
    return {
        {"store.disk_shed_share",
         number,
         "0.80",
         false,
         "share of the disk above which work of class p2 and p3 is refused; 1 = never",
         "Ngưỡng đĩa: ngừng nhận việc thường",
         true,
         {0.1, 1}},
        {"store.disk_urgent_share",
         number,
         "0.90",
         false,
         "share above which only payments and acknowledgements are taken; 1 = never",
         "Ngưỡng đĩa: chỉ nhận thanh toán và xác nhận",
         true,
         {0.1, 1}},
        {"store.disk_refuse_share",
         number,
         "0.95",
         false,
         "share of the disk above which all new work is refused",
         "Ngưỡng đầy đĩa",
         true,
         {0.1, 1}},
        {"store.disk_free_min",
         size,
         "32MiB",
         false,
         "free bytes below which new work is refused",
         "Dung lượng trống tối thiểu"},
        {"store.ballast",
         size,
         "16MiB",
         false,
         "reserve released when the disk is full",
         "Vùng dự trữ khi đầy đĩa"},
    };
}

std::vector<OptionRow> retention_options() {
    using enum OptionType;
    return {
        {"store.hot_days",
         integer,
         "7",
         false,
         "days after its end that a message leaves the tables for the segment of its day",
         "Số ngày giữ thông điệp đã xong trong bảng chính",
         true,
         {0, 3'650}},
        {"store.online_days",
         integer,
         "180",
         false,
         "days that a segment is kept; then it is removed unless something holds it",
         "Số ngày lưu trực tuyến",
         true,
         {90, 36'500}},
        {"store.rotate_every",
         duration,
         "10min",
         false,
         "how often messages move and segments go",
         "Chu kỳ chuyển dữ liệu cũ",
         true,
         {1'000}},
    };
}

}  // namespace gw::app
