// The templates that a province has registered with Zalo, one for each event.
#include "simulators/phone/options.hpp"

namespace sim::phone {

std::vector<ZnsTemplate> usual_templates() {
    struct Row {
        const char* name;
        const char* text;
        std::vector<const char*> params;
    };
    const std::vector<Row> rows{
        {"dossier_received",
         "Hồ sơ {ma_ho_so} ({ten_thu_tuc}) đã được tiếp nhận tại {noi_tiep_nhan}, hẹn trả "
         "{ngay_hen_tra}.",
         {"ma_ho_so", "ten_thu_tuc", "ngay_hen_tra", "noi_tiep_nhan"}},
        {"dossier_refused",
         "Hồ sơ {ma_ho_so} không được tiếp nhận: {ly_do_ngan}.",
         {"ma_ho_so", "ly_do_ngan"}},
        {"supplement_requested",
         "Hồ sơ {ma_ho_so} cần bổ sung: {noi_dung_ngan}. Hạn {han_bo_sung}.",
         {"ma_ho_so", "noi_dung_ngan", "han_bo_sung"}},
        {"supplement_reminder",
         "Nhắc: hồ sơ {ma_ho_so} cần bổ sung {noi_dung_ngan} trước {han_bo_sung}.",
         {"ma_ho_so", "noi_dung_ngan", "han_bo_sung"}},
        {"payment_due",
         "Hồ sơ {ma_ho_so} cần nộp {so_tien} đồng. Hạn {han_thanh_toan}.",
         {"ma_ho_so", "so_tien", "han_thanh_toan"}},
        {"payment_received",
         "Đã nhận {so_tien} đồng của hồ sơ {ma_ho_so} lúc {thoi_gian}.",
         {"ma_ho_so", "so_tien", "thoi_gian"}},
        {"due_changed",
         "Hồ sơ {ma_ho_so} đổi ngày hẹn trả từ {ngay_hen_cu} sang {ngay_hen_moi}. Mong ông/bà "
         "thông cảm.",
         {"ma_ho_so", "ngay_hen_cu", "ngay_hen_moi"}},
        {"result_ready",
         "Hồ sơ {ma_ho_so} đã có kết quả. Mời nhận tại {noi_tra}, {gio_lam_viec}.",
         {"ma_ho_so", "noi_tra", "gio_lam_viec"}},
        {"result_posted",
         "Kết quả hồ sơ {ma_ho_so} đã gửi bưu điện, vận đơn {ma_van_don}.",
         {"ma_ho_so", "ma_van_don"}},
        {"delivery_failed",
         "Bưu điện chưa phát được kết quả hồ sơ {ma_ho_so}, vận đơn {ma_van_don}. Sẽ phát lại.",
         {"ma_ho_so", "ma_van_don"}},
        {"delivery_done",
         "Bưu điện đã phát kết quả hồ sơ {ma_ho_so}, vận đơn {ma_van_don}.",
         {"ma_ho_so", "ma_van_don"}},
        {"survey_invite",
         "Mời ông/bà đánh giá việc giải quyết hồ sơ {ma_ho_so}: {duong_dan}",
         {"ma_ho_so", "duong_dan"}},
        {"lookup_reply", "Hồ sơ {ma_ho_so}: {trang_thai}.", {"ma_ho_so", "trang_thai"}}};
    std::vector<ZnsTemplate> out;
    for (const auto& row : rows) {
        ZnsTemplate t;
        t.id = std::to_string(100'001 + out.size());
        t.name = row.name;
        t.text = row.text;
        for (const char* name : row.params)
            t.params.emplace_back(name, name == std::string("ma_ho_so") ? 50 : 200);
        out.push_back(std::move(t));
    }
    return out;
}

}  // namespace sim::phone
