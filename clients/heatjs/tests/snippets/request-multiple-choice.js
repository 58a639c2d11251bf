var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestMultipleChoice({
instruction: "Does the image contain violent content?",
attachments_type: "image",
attachments: [ "http://i.imgur.com/qRWH5.jpg" ],
choices_type: "text",
choices: [ "no violence", "mild violence", "intense violence" ]
}).then(function (res) {
// handle response here
});
