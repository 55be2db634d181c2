// What the editor says by itself, in Japanese.
export const JAPANESE = {
  "Control character": "制御文字",
  "Selection deleted": "選択範囲を削除しました",
  "Diagnostics": "誤りの一覧",
  "No diagnostics": "誤りはありません",
  "close": "閉じる",
};
