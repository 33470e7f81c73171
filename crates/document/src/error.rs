//! Why a document cannot be made.

use thiserror::Error;

/// No document was made.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The machine has no font with Chinese letters.
    #[error(
        "服务器上没有中文字体，无法生成 PDF。请系统管理员安装后重试：Debian、Ubuntu、统信、麒麟执行 apt-get install fonts-noto-cjk，\
         其他系统请安装“思源宋体”“思源黑体”（或仿宋、黑体）"
    )]
    NoFont,
    /// A font that was found cannot be read.
    #[error("中文字体文件 {file} 无法读取（{why}），请系统管理员检查文件权限或重新安装 fonts-noto-cjk")]
    FontUnreadable {
        /// The file.
        file: String,
        /// What the system said.
        why: String,
    },
    /// The address of the check does not fit a QR code.
    #[error("核验网址太长，放不进二维码，请系统管理员缩短系统的访问网址")]
    CheckTooLong,
    /// The typesetter refused; not for anything a user wrote.
    #[error("生成 PDF 出错：{0}")]
    Pdf(String),
    /// The archive of the Word file could not be written.
    #[error("生成 Word 文件出错：{0}")]
    Word(String),
}

impl DocumentError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            DocumentError::NoFont => "document.no_font",
            DocumentError::FontUnreadable { .. } => "document.font_unreadable",
            DocumentError::CheckTooLong => "document.check_too_long",
            DocumentError::Pdf(_) => "document.pdf",
            DocumentError::Word(_) => "document.word",
        }
    }
}
