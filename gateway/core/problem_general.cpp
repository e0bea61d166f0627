// The problems any request can meet (contract 4.1).
#include "gateway/core/problem_tables.hpp"

namespace gw::core::problem_tables {

const std::vector<ProblemText>& general() {
    // clang-format off
    static const std::vector<ProblemText> rows = {
        {"request.malformed", 400, "Request malformed",
         "Dữ liệu gửi lên không đọc được. Đề nghị báo bộ phận kỹ thuật kiểm tra."},
        {"request.unknown_field", 400, "Unknown field",
         "Có trường dữ liệu hệ thống không nhận ra. Đề nghị báo bộ phận kỹ thuật kiểm tra phiên bản kết nối."},
        {"request.header_missing", 400, "Header missing",
         "Yêu cầu thiếu thông tin bắt buộc của kết nối. Đề nghị báo bộ phận kỹ thuật."},
        {"request.too_large", 413, "Request too large",
         "Dữ liệu vượt quá dung lượng cho phép. Hãy chia nhỏ hoặc giảm dung lượng tệp rồi gửi lại."},
        {"request.unsupported_media", 415, "Unsupported media type",
         "Định dạng tệp không được chấp nhận. Hãy chuyển sang PDF, JPG hoặc PNG rồi gửi lại."},
        {"auth.unauthenticated", 401, "Not authenticated",
         "Phiên kết nối đã hết hạn. Hãy đăng nhập lại rồi thực hiện lại thao tác."},
        {"auth.forbidden", 403, "Forbidden",
         "Tài khoản chưa được cấp quyền thực hiện thao tác này. Liên hệ quản trị đơn vị để được cấp quyền."},
        {"auth.actor_missing", 400, "Actor missing",
         "Chưa xác định được cán bộ thực hiện. Hãy đăng nhập bằng tài khoản cá nhân rồi làm lại."},
        {"auth.second_person_required", 403, "Second person required",
         "Thao tác này cần người thứ hai phê duyệt. Hãy chuyển lãnh đạo hoặc cán bộ khác xác nhận."},
        {"idempotency.key_missing", 400, "Idempotency-Key missing",
         "Yêu cầu thiếu mã chống gửi trùng. Đề nghị báo bộ phận kỹ thuật."},
        {"idempotency.conflict", 409, "Idempotency-Key used with another body",
         "Mã yêu cầu đã dùng cho nội dung khác. Đề nghị tạo yêu cầu mới rồi gửi lại."},
        {"idempotency.in_progress", 409, "Same request in progress",
         "Yêu cầu trước đang được xử lý. Chờ vài giây rồi xem lại kết quả, không bấm gửi nhiều lần."},
        {"version.required", 428, "If-Match required",
         "Hồ sơ cần được mở lại trước khi sửa. Hãy tải lại hồ sơ."},
        {"version.conflict", 412, "Version conflict",
         "Hồ sơ vừa được người khác cập nhật. Hãy tải lại để xem nội dung mới rồi sửa tiếp."},
        {"not_found", 404, "Not found",
         "Không tìm thấy dữ liệu yêu cầu. Kiểm tra lại mã đã nhập."},
        {"gone", 410, "Gone",
         "Dữ liệu đã hết thời hạn lưu giữ và đã được xóa theo quy định."},
        {"rate_limited", 429, "Too many requests",
         "Hệ thống đang nhận quá nhiều yêu cầu từ đơn vị. Chờ ít phút rồi thực hiện lại."},
        {"overloaded", 503, "Overloaded",
         "Hệ thống đang bận. Dữ liệu chưa được ghi nhận, hãy gửi lại sau ít phút."},
        {"maintenance", 503, "Maintenance",
         "Hệ thống đang bảo trì. Dữ liệu chưa được ghi nhận, hãy gửi lại sau thời gian thông báo."},
        {"classified.content", 422, "Classified content",
         "Hồ sơ có nội dung bí mật nhà nước, không được gửi qua hệ thống này. Hãy chuyển theo đường văn bản mật."},
        {"internal", 500, "Internal error",
         "Hệ thống gặp lỗi. Hãy ghi lại mã yêu cầu và báo bộ phận kỹ thuật."},
    };
    // clang-format on
    return rows;
}

}  // namespace gw::core::problem_tables
