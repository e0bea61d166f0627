// Declared shapes of payments, refunds, receipts and the calls about them (contract 2.7, 3.5).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv online_methods[] = {"online", "qr"};
constexpr sv offline_methods[] = {"cash", "pos", "transfer", "post_collected", "paid_elsewhere"};
constexpr sv methods[] = {
    "online", "qr", "cash", "pos", "transfer", "post_collected", "paid_elsewhere"};
constexpr sv states[] = {
    "initiated",
    "pending",
    "paid",
    "failed",
    "expired",
    "refund_requested",
    "refunded",
    "disputed",
    "receipt_issued"};
constexpr sv natures[] = {"fee", "charge"};
constexpr sv receipt_states[] = {"issued", "cancelled"};
constexpr sv refund_kinds[] = {"full", "partial"};
constexpr sv refund_states[] = {"requested", "approved", "sent", "done", "refused", "manual"};
constexpr sv refund_reasons[] = {
    "dossier_refused", "withdrawn", "paid_twice", "amount_wrong", "other"};
constexpr sv receipt_outcomes[] = {"cancelled", "adjusted"};
constexpr sv refund_outcomes[] = {"done", "refused"};
constexpr sv resolutions[] = {"accept", "refund", "reject"};
/// With include=payments whole payments stand there.
constexpr sv settled_states[] = {
    "paid",
    "refunded",
    "unpaid",
    "initiated",
    "pending",
    "failed",
    "expired",
    "refund_requested",
    "disputed",
    "receipt_issued"};
constexpr sv day_states[] = {
    "open", "files_missing", "matching", "matched", "closed", "closed_with_exceptions"};

constexpr Field settled_fields[] = {
    plain("id", FieldType::id, "Mã giao dịch", read_only),
    line("provider", 40, "Đơn vị thanh toán", read_only),
    word("method", methods, "Hình thức", read_only),
    plain("amount", FieldType::money, "Số tiền", read_only),
    plain("national", FieldType::boolean, "Tính cho chỉ số quốc gia", read_only),
    word("state", settled_states, "Tình trạng", read_only),
};

constexpr Field checkout_fields[] = {
    line("url", 2000, "Trang thanh toán", read_only),
    line("qr", 1000, "Mã QR", read_only),
    line("deeplink", 2000, "Liên kết ứng dụng", read_only),
    plain("expires_at", time, "Hết hạn lúc", read_only),
};
constexpr Schema checkout{"Checkout", checkout_fields};

constexpr Field payer_fields[] = {
    line("name", 255, "Người nộp tiền", required),
    line("identity", 20, "Số giấy tờ người nộp tiền"),
    line("address", 500, "Địa chỉ người nộp tiền"),
    plain("phone", FieldType::phone, "Điện thoại người nộp tiền"),
};
constexpr Schema payer{"Payer", payer_fields};

constexpr Field bank_account_fields[] = {
    line("account", 40, "Số tài khoản hoàn phí", required),
    line("bank_name", 200, "Ngân hàng hoàn phí", required),
    line("account_name", 200, "Tên tài khoản hoàn phí", required),
};
constexpr Schema bank_account{"BankAccount", bank_account_fields};

constexpr Field receipt_fields[] = {
    plain("id", FieldType::id, "Mã biên lai", read_only),
    word("nature", natures, "Phí hay lệ phí", read_only),
    line("number", 40, "Số biên lai", read_only),
    line("series", 40, "Ký hiệu", read_only),
    line("template", 40, "Mẫu số", read_only),
    plain("amount", FieldType::money, "Số tiền", read_only),
    plain("issued_at", time, "Ngày phát hành", read_only),
    plain("attachment_id", FieldType::id, "Tệp biên lai", read_only),
    word("state", receipt_states, "Tình trạng", read_only),
    line("issuer", 20, "Nơi phát hành", read_only),
    plain("cancel_due", FieldType::boolean, "Phải hủy", read_only),
};
constexpr Schema receipt{"Receipt", receipt_fields};

constexpr Field refund_fields[] = {
    plain("id", FieldType::id, "Mã hoàn tiền", read_only),
    plain("payment_id", FieldType::id, "Mã giao dịch", read_only),
    plain("amount", FieldType::money, "Số tiền hoàn", read_only),
    word("kind", refund_kinds, "Hoàn toàn bộ hay một phần", read_only),
    word("reason", refund_reasons, "Loại lý do", read_only),
    text("reason_vi", 2000, "Lý do hoàn", read_only),
    word("state", refund_states, "Tình trạng", read_only),
    line("requested_by", 100, "Người đề nghị", read_only),
    plain("requested_at", time, "Thời điểm đề nghị", read_only),
    line("approved_by", 100, "Người duyệt", read_only),
    plain("approved_at", time, "Thời điểm duyệt", read_only),
    plain("confirm_by", time, "Phải xác nhận trước", read_only),
    plain("done_at", time, "Thời điểm hoàn xong", read_only),
    line("provider_refund", 64, "Mã hoàn tiền của đơn vị thanh toán", read_only),
    line("document_no", 50, "Số chứng từ", read_only),
    object("bank_account", bank_account, "Tài khoản nhận hoàn", read_only),
};
constexpr Schema refund{"Refund", refund_fields};

constexpr Field proposed_fields[] = {
    word("resolution", resolutions, "Cách giải quyết", read_only),
    text("reason_vi", 2000, "Lý do", read_only),
    line("by", 100, "Người đề xuất", read_only),
    plain("at", time, "Thời điểm đề xuất", read_only),
};
constexpr Schema proposed{"DisputeProposal", proposed_fields};
constexpr Field dispute_fields[] = {
    line("why", 60, "Sai lệch", read_only),
    plain("at", time, "Thời điểm phát hiện", read_only),
    line("proposal", 20, "Hệ thống đề xuất", read_only),
    object("proposed", proposed, "Cán bộ đề xuất", read_only),
};
constexpr Schema dispute{"Dispute", dispute_fields};

constexpr Field payment_fields[] = {
    plain("id", FieldType::id, "Mã giao dịch", read_only),
    line("reference", 15, "Mã tham chiếu", read_only),
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", read_only),
    texts("fee_ids", 40, "Khoản thu", read_only),
    plain("amount", FieldType::money, "Số tiền", read_only),
    word("method", methods, "Hình thức", read_only),
    line("provider", 40, "Đơn vị thanh toán", read_only),
    word("state", states, "Tình trạng", read_only),
    line("state_reason", 60, "Lý do", read_only),
    object("checkout", checkout, "Trang thanh toán", read_only),
    object("payer", payer, "Người nộp tiền", read_only),
    line("provider_transaction", 64, "Mã giao dịch của đơn vị thanh toán", read_only),
    plain("paid_at", time, "Thời điểm trả tiền", read_only),
    plain("paid_amount", FieldType::money, "Đã trả", read_only),
    plain("refunded_amount", FieldType::money, "Đã hoàn", read_only),
    plain("late", FieldType::boolean, "Tiền đến muộn", read_only),
    plain("collected_at", time, "Thời điểm thu", read_only),
    line("document_no", 50, "Số chứng từ", read_only),
    plain("delivery_id", FieldType::id, "Mã chuyển phát", read_only),
    list("receipts", receipt, "Biên lai", read_only),
    list("refunds", refund, "Hoàn tiền", read_only),
    object("dispute", dispute, "Sai lệch", read_only),
    number("attempt", "Lần thanh toán", read_only),
    plain("expires_at", time, "Hết hạn lúc", read_only),
    plain("created_at", time, "Ngày tạo", read_only),
};
constexpr Schema payment{"Payment", payment_fields};

constexpr Field request_fields[] = {
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", required),
    texts("fee_ids", 40, "Khoản thu", required),
    plain("amount", FieldType::money, "Số tiền", required),
    word("method", online_methods, "Hình thức", required),
    line("provider", 40, "Đơn vị thanh toán"),
    line("return_url", 1000, "Trang quay về"),
    object("payer", payer, "Người nộp tiền"),
    number("expires_in_s", "Thời hạn (giây)", optional, 60, 2'592'000),
    line("client_ip", 45, "Địa chỉ mạng của người nộp"),
};
constexpr Schema request{"PaymentRequest", request_fields};

constexpr Field offline_fields[] = {
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", required),
    texts("fee_ids", 40, "Khoản thu", required),
    plain("amount", FieldType::money, "Số tiền", required),
    word("method", offline_methods, "Hình thức", required),
    plain("collected_at", time, "Thời điểm thu tiền", required),
    line("document_no", 50, "Số chứng từ", required),
    object("payer", payer, "Người nộp tiền"),
};
constexpr Schema offline{"OfflinePaymentRequest", offline_fields};

constexpr Field refund_request_fields[] = {
    plain("amount", FieldType::money, "Số tiền hoàn", required),
    word("reason", refund_reasons, "Loại lý do"),
    text("reason_vi", 2000, "Lý do hoàn", required),
    object("bank_account", bank_account, "Tài khoản nhận hoàn"),
};
constexpr Schema refund_request{"RefundRequest", refund_request_fields};
constexpr Field refund_confirmation_fields[] = {
    word("outcome", refund_outcomes, "Kết quả hoàn", required),
    line("document_no", 50, "Số chứng từ", required),
};
constexpr Schema refund_confirmation{"RefundConfirmation", refund_confirmation_fields};
constexpr Field receipt_change_fields[] = {
    plain("receipt_id", FieldType::id, "Mã biên lai", required),
    word("outcome", receipt_outcomes, "Đã hủy hay điều chỉnh", required),
    line("document_no", 50, "Số biên bản", required),
};
constexpr Schema receipt_change{"ReceiptChange", receipt_change_fields};
constexpr Field refund_approval_fields[] = {
    list("receipts", receipt_change, "Biên lai đã xử lý"),
};
constexpr Schema refund_approval{"RefundApproval", refund_approval_fields};
constexpr Field resolution_fields[] = {
    word("resolution", resolutions, "Cách giải quyết", required),
    text("reason_vi", 2000, "Lý do", required),
    list("receipts", receipt_change, "Biên lai đã xử lý"),
};
constexpr Schema resolution{"DisputeResolution", resolution_fields};

constexpr Field difference_fields[] = {
    line("code", 4, "Loại sai lệch", read_only),
    line("payment_id", 40, "Mã giao dịch", read_only),
    line("reference", 15, "Mã tham chiếu", read_only),
    number("line", "Dòng của tệp", read_only),
    line("batch", 40, "Lô chuyển tiền", read_only),
    line("fee_set", 40, "Khoản thu", read_only),
    plain("expected", FieldType::money, "Phải có", read_only),
    plain("found", FieldType::money, "Thực có", read_only),
    line("action", 40, "Hệ thống đã làm", read_only),
};
constexpr Schema difference{"ReconciliationException", difference_fields};
constexpr Field reconciliation_fields[] = {
    plain("date", FieldType::date, "Ngày", read_only),
    line("provider", 40, "Đơn vị thanh toán", read_only),
    word("state", day_states, "Tình trạng", read_only),
    line("file", 200, "Tệp", read_only),
    plain("run_at", time, "Thời điểm đối soát", read_only),
    number("matched", "Số dòng khớp", read_only),
    list("exceptions", difference, "Sai lệch", read_only),
    plain("sums", FieldType::free_object, "Tổng các bên", read_only),
};
constexpr Schema reconciliation{"Reconciliation", reconciliation_fields};

}  // namespace

constexpr Schema settled_payment{"SettledPayment", settled_fields};

std::span<const Schema* const> payment_shapes() {
    static constexpr const Schema* all[] = {
        &settled_payment,
        &checkout,
        &payer,
        &bank_account,
        &receipt,
        &refund,
        &proposed,
        &dispute,
        &payment,
        &request,
        &offline,
        &refund_request,
        &refund_confirmation,
        &receipt_change,
        &refund_approval,
        &resolution,
        &difference,
        &reconciliation};
    return all;
}

}  // namespace gw::core::schema_tables
